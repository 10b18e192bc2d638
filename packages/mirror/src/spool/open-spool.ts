import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  errorFields,
  FolderInUseError,
  lockFolder,
  parseBoundedJson,
  type Logger,
  PRIVATE_FOLDER,
  privateFolder,
  sayExposed,
} from "@understudy/runtime";
import { parseMirrorJob } from "../job/parse-mirror-job.ts";
import { queueName } from "../queue/queues.ts";
import { DiskSpool, type JobCodec, MODEL_FILE, writeModel } from "./queue-spool-on-disk.ts";
import type { Spool } from "./spool.ts";
import { moveSegments } from "./segment.ts";
import { bindToQueue } from "./spool-queue.ts";

export interface SpoolOptions {
  /** May be shared by several gateway processes; each takes a folder of its own inside. */
  readonly folder: string;
  /** Bytes of waiting jobs, over all silent models of this process. */
  readonly maxBytes: number;
  readonly logger: Logger;
  /** Which queue the jobs wait for, without credentials; jobs of another one are refused. Any, unless given. */
  readonly queue?: string;
  /** How a job is written down; JSON unless given. */
  readonly codec?: JobCodec;
}

const JSON_CODEC: JobCodec = {
  encode: (job) => JSON.stringify(job),
  decode: (text) => parseMirrorJob(parseBoundedJson(text)),
};

/**
 * Opens a spool of this process's own, and takes over what ended processes left behind. Rejects when the
 * folder cannot be written, and with `SpoolOfAnotherQueueError` when what was left waits for another queue.
 */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { folder, maxBytes, codec = JSON_CODEC, logger } = options;
  const exposed = sayExposed(privateFolder(folder));
  if (exposed !== null) logger.warn(exposed);
  const taken = takeFolders(folder);
  if (options.queue !== undefined) bindAll(taken, options.queue);
  const [own = "", ...others] = taken.map(({ path }) => path);
  for (const place of others) adopt(place, own);
  const spools = new Map<string, DiskSpool>();
  const room = (): number => maxBytes - [...spools.values()].reduce((sum, queueSpool) => sum + queueSpool.bytes, 0);

  function spoolOf(silentModel: string): DiskSpool {
    const known = spools.get(silentModel);
    if (known !== undefined) return known;
    const queueSpool = new DiskSpool({
      ...options,
      codec,
      folder: join(own, queueName(silentModel)),
      silentModel,
      room,
    });
    spools.set(silentModel, queueSpool);
    return queueSpool;
  }
  for (const silentModel of modelsIn(own, logger)) await spoolOf(silentModel).load();

  const bytes = (): ReadonlyMap<string, number> =>
    new Map([...spools].map(([model, queueSpool]) => [model, queueSpool.bytes]));
  return {
    of(silentModel) {
      const isNew = !spools.has(silentModel);
      const queueSpool = spoolOf(silentModel);
      // Jobs may lie in its folder all the same, had that not said whose they are.
      if (isNew)
        queueSpool.load().catch((error: unknown) => logger.error("the spool cannot be read", errorFields(error)));
      return queueSpool;
    },
    leftovers: () => [...bytes()].filter(([, waiting]) => waiting > 0).map(([model]) => model),
    bytes,
    async close() {
      for (const queueSpool of spools.values()) await queueSpool.close();
      for (const { unlock } of taken) unlock();
    },
  };
}

function bindAll(taken: readonly TakenFolder[], queue: string): void {
  try {
    for (const { path } of taken) bindToQueue(path, queue);
  } catch (error) {
    for (const { unlock } of taken) unlock();
    throw error;
  }
}

/** Moves the files of an ended process behind those that are in this one's folder already. */
function adopt(place: string, own: string): void {
  for (const { name, said } of foldersIn(place)) {
    const [from, to] = [join(place, name), join(own, name)];
    mkdirSync(to, { recursive: true, mode: PRIVATE_FOLDER });
    if (!existsSync(join(to, MODEL_FILE))) writeModel(to, said);
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
function modelsIn(place: string, logger: Logger): readonly string[] {
  return foldersIn(place).flatMap(({ name, said }) => {
    if (queueName(said) === name) return [said];
    const fields = { folder: join(place, name) };
    logger.error("the spool is damaged: a folder does not say whose jobs it holds; they wait for that model", fields);
    return [];
  });
}

interface QueueFolder {
  readonly name: string;
  /** Whose jobs it holds, as its file has it. */
  readonly said: string;
}

function foldersIn(place: string): readonly QueueFolder[] {
  return readdirSync(place, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(place, entry.name, MODEL_FILE)))
    .map(({ name }) => ({ name, said: readFileSync(join(place, name, MODEL_FILE), "utf8") }));
}
