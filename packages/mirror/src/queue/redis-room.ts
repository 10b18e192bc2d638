import type { Clock } from "@understudy/runtime";
import type { Redis } from "ioredis";
import type { Queues } from "./queues.ts";

/** Of `maxmemory`, up to which jobs are added. The rest is the workers': to take a job and to end it they write, too. */
const FOR_JOBS = 0.9;
const LOOK_EVERY_MS = 200;

/**
 * Throws while Redis is nearly full. A Redis that is full refuses workers as well, and with them the only way in which it could
 * become emptier: then nothing moves until somebody gives it more memory. Asked at most five times a second; where Redis has no
 * limit, or does not say, there is room.
 */
export function createRoomCheck(redis: Pick<Redis, "info">, clock: Clock): () => Promise<void> {
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<string | null> = Promise.resolve(null);
  return async () => {
    const now = clock.monotonic();
    if (now - lookedAt >= LOOK_EVERY_MS) {
      lookedAt = now;
      looking = redis.info("memory").then(whyNoRoom, () => null);
    }
    const why = await looking;
    if (why !== null) throw new Error(why);
  };
}

/** Producers that add nothing while the check throws. */
export function whileThereIsRoom(producers: Queues["producer"], check: () => Promise<void>): Queues["producer"] {
  return (silentModel) => {
    const producer = producers(silentModel);
    return { ...producer, add: (jobs) => check().then(() => producer.add(jobs)) };
  };
}

function whyNoRoom(info: string): string | null {
  const bytes = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, "m").exec(info)?.[1] ?? 0);
  const [used, most] = [bytes("used_memory"), bytes("maxmemory")];
  if (most === 0 || used < FOR_JOBS * most) return null;
  return `redis is nearly full: ${used} of ${most} bytes (maxmemory), and workers need the rest`;
}
