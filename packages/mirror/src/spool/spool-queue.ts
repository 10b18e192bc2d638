import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PRIVATE_FILE } from "@understudy/runtime";
import { waitingIn } from "./segment.ts";

/** Says which queue the jobs of a spool's folder wait for. */
const QUEUE_FILE = "queue";

/** What waits in a folder was promised to one queue; on another one it would be somebody else's traffic. */
export class SpoolOfAnotherQueueError extends Error {
  /** The folder with the jobs. */
  readonly place: string;

  constructor(place: string) {
    super(`${place} holds jobs that wait for another queue`);
    this.name = "SpoolOfAnotherQueueError";
    this.place = place;
  }
}

/**
 * Binds the folder to the queue, of which only a hash is written. One that holds nothing is free for any; one that was
 * written before folders were bound is taken to be this queue's. Throws `SpoolOfAnotherQueueError`.
 */
export function bindToQueue(place: string, queue: string): void {
  const hash = createHash("sha256").update(queue).digest("hex");
  const file = join(place, QUEUE_FILE);
  const bound = readBound(file);
  if (bound === hash) return;
  if (bound !== null && holdsJobs(place)) throw new SpoolOfAnotherQueueError(place);
  writeFileSync(file, hash, { mode: PRIVATE_FILE });
}

/** Null where it says nothing, or is torn. */
function readBound(file: string): string | null {
  try {
    const text = readFileSync(file, "utf8");
    return /^[\da-f]{64}$/.test(text) ? text : null;
  } catch {
    return null;
  }
}

function holdsJobs(place: string): boolean {
  const entries = readdirSync(place, { withFileTypes: true });
  return entries.some((entry) => entry.isDirectory() && waitingIn(join(place, entry.name)) > 0);
}
