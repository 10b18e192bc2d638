import type { ExperimentKey } from "@understudy/contracts";
import { setImmediate as turnOfTheLoop } from "node:timers/promises";

import type { Clock } from "@understudy/runtime";

import type { SqlPool } from "../database/database.ts";
import type { Deletions } from "../deletions/deletions.ts";
import { writtenOf } from "./late-pairs.ts";
import type { Pair, Retention } from "./pair.ts";
import { saveExperiments } from "../experiments/save-experiments.ts";
import { assertSamePair, insertPairs, type PairRows, rowsOf } from "./save-pair.ts";
import { UnstorablePairError } from "./pair-store.ts";

type Saved = "stored" | "duplicate";

interface Waiting extends PairRows {
  readonly key: ExperimentKey;
  readonly bytes: number;
  resolve(saved: Saved): void;
  reject(error: unknown): void;
}

const MOST_PAIRS = 100;
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * Writes pairs together that are saved at about the same time: in one turn of the event loop, or while the batch before
 * is on its way.
 */
export class PairWriter {
  readonly #pool: SqlPool;
  readonly #clock: Clock;
  readonly #deletions: Deletions;
  #waiting: Waiting[] = [];
  #writing = false;
  /** Experiments that are there. */
  #known = new Set<string>();

  constructor(pool: SqlPool, clock: Clock, deletions: Deletions) {
    this.#pool = pool;
    this.#clock = clock;
    this.#deletions = deletions;
  }

  /**
   * Rejects when the pair cannot be written, with `UnstorablePairError` where it never will be; others of its batch are
   * none the worse for it.
   */
  save(pair: Pair, key: ExperimentKey, retention: Retention): Promise<Saved> {
    return new Promise((resolve, reject) => {
      const rows = writtenOrReason(pair, retention);
      if (rows instanceof UnstorablePairError) return reject(rows);
      this.#waiting.push({ ...rows, key, bytes: bytesOf(rows), resolve, reject });
      if (!this.#writing) void this.#writeAll();
    });
  }

  async #writeAll(): Promise<void> {
    this.#writing = true;
    while (this.#waiting.length > 0) {
      // Answers that came in one read are compared one after the other: a statement costs as much as eight pairs do.
      await turnOfTheLoop();
      await this.#write(this.#nextBatch());
    }
    this.#writing = false;
  }

  /** No id twice: the second delivery of a pair has to find the first one there. */
  #nextBatch(): readonly Waiting[] {
    const batch = new Map<string, Waiting>();
    const later: Waiting[] = [];
    let bytes = 0;
    for (const waiting of this.#waiting) {
      const full = batch.size >= MOST_PAIRS || (batch.size > 0 && bytes + waiting.bytes > MOST_BYTES);
      if (full || batch.has(waiting.pair.id)) {
        later.push(waiting);
        continue;
      }
      batch.set(waiting.pair.id, waiting);
      bytes += waiting.bytes;
    }
    this.#waiting = later;
    return [...batch.values()];
  }

  /** Never rejects. */
  async #write(batch: readonly Waiting[]): Promise<void> {
    const unknown = batch.map(({ key }) => key).filter(({ id }) => !this.#known.has(id));
    try {
      await saveExperiments(this.#pool, distinct(unknown), this.#clock);
      const written = await Promise.all(batch.map((waiting) => writtenOf(waiting, this.#deletions)));
      const stored = await insertPairs(this.#pool, written);
      for (const { key } of batch) this.#known.add(key.id);
      await Promise.all(batch.map((waiting) => this.#answer(waiting, stored.has(waiting.columns["id"] as string))));
    } catch (error) {
      this.#known.clear();
      // One of several may be at fault, or an experiment that was there is gone.
      const worthAnother = batch.length > 1 || unknown.length === 0;
      for (const waiting of batch) {
        if (worthAnother && isOfTheData(error)) await this.#write([waiting]);
        else waiting.reject(isOfTheData(error) ? new UnstorablePairError(waiting.pair.id, error) : error);
      }
    }
  }

  async #answer(waiting: Waiting, stored: boolean): Promise<void> {
    try {
      if (!stored) await assertSamePair(this.#pool, waiting.pair);
      waiting.resolve(stored ? "stored" : "duplicate");
    } catch (error) {
      waiting.reject(error);
    }
  }
}

/**
 * SQLSTATE classes 21 to 23 and 54: one row is at fault, or larger or deeper than the database takes, and the database is
 * well. A text that no string can hold is a RangeError.
 */
function isOfTheData(error: unknown): boolean {
  if (error instanceof RangeError) return true;
  const { code } = error as { code?: unknown };
  return typeof code === "string" && /^(?:2[123]|54)/.test(code);
}

/** Nothing is asked of the database yet: what cannot be written as JSON now cannot be later. */
function writtenOrReason(pair: Pair, retention: Retention): PairRows | UnstorablePairError {
  try {
    return rowsOf(pair, retention);
  } catch (error) {
    return new UnstorablePairError(pair.id, error);
  }
}

function distinct(keys: readonly ExperimentKey[]): readonly ExperimentKey[] {
  return [...new Map(keys.map((key) => [key.id, key])).values()];
}

function bytesOf({ columns }: PairRows): number {
  return Object.values(columns).reduce((sum: number, value) => sum + (typeof value === "string" ? value.length : 8), 0);
}
