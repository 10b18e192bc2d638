import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ControlState } from "@understudy/contracts";
import {
  errorFields,
  type Logger,
  parseBoundedJson,
  PRIVATE_FILE,
  PRIVATE_FOLDER,
  shortHash,
} from "@understudy/runtime";
import type { z } from "zod";
import type { Rollback } from "./rolled-back.ts";
import { ROLLBACK, STATE } from "./state-schema.ts";

/** What a process keeps of the control state, so that it can start without a database. None of it throws. */
export interface ControlDisk {
  /** Null where nothing was written, or it cannot be read. */
  read(): ControlState | null;
  write(state: ControlState): void;
  /** Rollbacks that no database has yet. */
  rollbacks(): readonly Rollback[];
  keep(rollback: Rollback): void;
  forget(rollout: string): void;
}

export const NO_DISK: ControlDisk = {
  read: () => null,
  write: () => undefined,
  rollbacks: () => [],
  keep: () => undefined,
  forget: () => undefined,
};

const MOST_BYTES = 4 * 1024 ** 2;
const MOST_ROLLBACKS = 1_000;

export interface DiskOptions {
  /** Processes with one database may share it: they write the same state, and a file for each rollback. */
  readonly folder: string;
  /** Which database it is of, without credentials. */
  readonly database: string;
  readonly logger: Logger;
}

/**
 * Files are small and written seldom, at once, so that what was answered as done is there after a crash. Each appears whole or not at all.
 */
export function openControlDisk({ folder, database, logger }: DiskOptions): ControlDisk {
  const place = join(folder, shortHash(database, 16));
  const stateFile = join(place, "state.json");
  const rollbackFile = (rollout: string): string => join(place, `${ROLLBACK_PREFIX}${shortHash(rollout, 32)}.json`);

  function put(file: string, value: unknown): void {
    const text = JSON.stringify(value);
    if (text.length > MOST_BYTES) throw new Error(`it is longer than ${MOST_BYTES} bytes`);
    mkdirSync(place, { recursive: true, mode: PRIVATE_FOLDER });
    const half = `${file}.${process.pid}`;
    writeFileSync(half, text, { mode: PRIVATE_FILE });
    renameSync(half, file);
  }

  function contained<T>(trouble: string, work: () => T, otherwise: T): T {
    try {
      return work();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT")
        logger.warn(trouble, { folder: place, ...errorFields(error) });
      return otherwise;
    }
  }

  const get = <T>(file: string, schema: z.ZodType<T>): T | null => {
    const read = (): T | null => {
      if (statSync(file).size > MOST_BYTES) throw new Error(`${file} is longer than ${MOST_BYTES} bytes`);
      return schema.parse(parseBoundedJson(readFileSync(file, "utf8")));
    };
    return contained(`${file} cannot be read, and is passed over`, read, null);
  };

  return {
    read: () => get(stateFile, STATE),
    write: (state) =>
      contained(
        "what can be changed is not on this disk: a start without the database would not know it",
        () => put(stateFile, state),
        undefined,
      ),
    rollbacks: () =>
      contained("rollbacks on this disk cannot be read", () => readdirSync(place), [])
        .filter((name) => name.startsWith(ROLLBACK_PREFIX) && name.endsWith(".json"))
        .slice(0, MOST_ROLLBACKS)
        .map((name) => get(join(place, name), ROLLBACK))
        .filter((rollback) => rollback !== null),
    keep: (rollback) =>
      contained(
        "a rollback is not on this disk: it holds until this process ends",
        () => put(rollbackFile(rollback.rollout), rollback),
        undefined,
      ),
    forget: (rollout) =>
      contained("a rollback stays on this disk", () => rmSync(rollbackFile(rollout), { force: true }), undefined),
  };
}

const ROLLBACK_PREFIX = "rollback-";
