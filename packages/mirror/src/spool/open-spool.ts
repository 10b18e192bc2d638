import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FolderInUseError, lockFolder, type Logger } from "@understudy/runtime";
import { parseMirrorJob } from "../mirror-job.ts";
import { queueName } from "../queues.ts";
import { DiskLane, type JobCodec, MODEL_FILE } from "./disk-lane.ts";
import type { Spool } from "./lane-spool.ts";
import { moveSegments } from "./segment.ts";

export interface SpoolOptions {
  /** May be shared by several gateway processes; each takes a folder of its own inside. */
  readonly folder: string;
  /** Bytes of waiting jobs, over all silent models of this process. */
  readonly maxBytes: number;
  readonly logger: Logger;
  /** How a job is written down; JSON unless given. */
  readonly codec?: JobCodec;
}

const JSON_CODEC: JobCodec = {
  encode: (job) => JSON.stringify(job),
  decode: (text) => parseMirrorJob(JSON.parse(text)),
};

/**
 * Opens a spool of this process's own, and takes over what ended processes left behind. Rejects when the
 * folder cannot be written.
 */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { folder, maxBytes, codec = JSON_CODEC } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const taken = takeFolders(folder);
  const [own = "", ...others] = taken.map(({ path }) => path);
  for (const place of others) adopt(place, own);
  const lanes = new Map<string, DiskLane>();
  const room = (): number => maxBytes - [...lanes.values()].reduce((sum, lane) => sum + lane.bytes, 0);

  function laneOf(silentModel: string): DiskLane {
    const known = lanes.get(silentModel);
    if (known !== undefined) return known;
    const lane = new DiskLane({ ...options, codec, folder: join(own, queueName(silentModel)), silentModel, room });
    lanes.set(silentModel, lane);
    return lane;
  }
  for (const silentModel of modelsIn(own)) await laneOf(silentModel).load();

  const bytes = (): ReadonlyMap<string, number> => new Map([...lanes].map(([model, lane]) => [model, lane.bytes]));
  return {
    lane: laneOf,
    leftovers: () => [...bytes()].filter(([, waiting]) => waiting > 0).map(([model]) => model),
    bytes,
    async close() {
      for (const lane of lanes.values()) await lane.close();
      for (const { unlock } of taken) unlock();
    },
  };
}

/** Moves the files of an ended process behind those that are in this one's folder already. */
function adopt(place: string, own: string): void {
  for (const silentModel of modelsIn(place)) {
    const [from, to] = [join(place, queueName(silentModel)), join(own, queueName(silentModel))];
    mkdirSync(to, { recursive: true, mode: 0o700 });
    writeFileSync(join(to, MODEL_FILE), silentModel);
    moveSegments(from, to);
  }
}

interface TakenFolder {
  readonly path: string;
  readonly unlock: () => void;
}

/** The first is this process's own: one that an ended process left, or the first number that is free. */
function takeFolders(root: string): readonly TakenFolder[] {
  const taken: TakenFolder[] = [];
  const take = (name: string): void => {
    const path = join(root, name);
    try {
      taken.push({ path, unlock: lockFolder(path, { acrossHosts: true }) });
    } catch (error) {
      if (!(error instanceof FolderInUseError)) throw error;
    }
  };
  for (const name of numbersIn(root)) take(name);
  for (let number = 0; taken.length === 0; number += 1) take(String(number));
  return taken;
}

function numbersIn(root: string): readonly string[] {
  return readdirSync(root)
    .filter((name) => /^\d+$/.test(name))
    .toSorted((one, other) => Number(one) - Number(other));
}

/** Silent models whose jobs are, or were, in the folder. */
function modelsIn(place: string): readonly string[] {
  return readdirSync(place, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(place, entry.name, MODEL_FILE)))
    .map((entry) => readFileSync(join(place, entry.name, MODEL_FILE), "utf8"));
}
