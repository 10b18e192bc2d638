import { systemClock } from "@understudy/runtime";

import type { Database } from "./database.ts";
import { createPairStore } from "./pair-store.ts";
import { experiment, keepAll } from "./pair.sample.ts";
import type { Pair } from "./pair.ts";
import type { PairStore } from "./store.ts";

/** What the tests of the conformance suite work on: one database, emptied for each test, and a clock of theirs. */
export interface Bench {
  readonly store: PairStore;
  /** Epoch milliseconds that the store takes for now. */
  now: number;
  open(): Promise<void>;
  /** Empties the database and brings the schema back. */
  reset(): Promise<void>;
  save(pair: Pair): Promise<string>;
  ids(query: Partial<Parameters<PairStore["listPairs"]>[0]>): Promise<string[]>;
}

export function createBench(open: () => Promise<Database>): Bench {
  let database: Database | undefined;
  let store: PairStore | undefined;
  const opened = (): PairStore => {
    if (store === undefined) throw new Error("the bench is not open");
    return store;
  };
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
    ids: async (query) => (await opened().listPairs({ limit: 10, ...query })).data.map((pair) => pair.id),
  };
  return bench;
}
