import { systemClock } from "@understudy/runtime";

import type { Database } from "./database.ts";
import { createPairStore } from "./pair-store.ts";
import { experiment, keepAll } from "./pair.sample.ts";
import type { Pair } from "./pair.ts";
import type { Admission, LedgerEntry, PairStore } from "./store.ts";

/** What the tests of the conformance suite work on: one database, emptied for each test, and a clock of theirs. */
export interface Bench {
  readonly store: PairStore;
  /** Epoch milliseconds that the store takes for now. */
  now: number;
  open(): Promise<void>;
  /** Empties the database and brings the schema back. */
  reset(): Promise<void>;
  save(pair: Pair): Promise<string>;
  /** Writes counts, and admissions by their pairs' numbers, as a batch of its own. */
  count(counts: readonly LedgerEntry[], admitted?: readonly number[]): Promise<void>;
  ids(query: Partial<Parameters<PairStore["listPairs"]>[0]>): Promise<string[]>;
}

export function createBench(open: () => Promise<Database>): Bench {
  let database: Database | undefined;
  let store: PairStore | undefined;
  const opened = (): PairStore => {
    if (store === undefined) throw new Error("the bench is not open");
    return store;
  };
  let batches = 0;
  const bench: Bench = {
    get store() {
      return opened();
    },
    now: 0,
    async open() {
      database = await open();
      store = createPairStore(database, { clock: { ...systemClock, now: () => bench.now } });
    },
    async reset() {
      bench.now = 1_000_000;
      await database?.pool.query("DROP SCHEMA IF EXISTS understudy CASCADE");
      await opened().migrate();
    },
    save: (pair) => opened().savePair(pair, experiment, keepAll),
    count: (counts, admitted = []) =>
      opened().writeLedger(
        { id: `led_${(batches += 1)}`, counts, admissions: admitted.map(admission), withdrawn: [] },
        [experiment],
      ),
    ids: async (query) => (await opened().listPairs({ limit: 10, ...query })).data.map((pair) => pair.id),
  };
  return bench;
}

/** The admission of the pair of this number; they expire in the order of their numbers. */
export function admission(number: number): Admission {
  return { pair_id: `pair_${number}`, experiment: experiment.id, admitted_at: 1_000, expires_at: 2_000 + number };
}
