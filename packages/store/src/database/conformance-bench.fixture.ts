import type { AdmittedMirror, LedgerEntry } from "@understudy/contracts";
import { systemClock } from "@understudy/runtime";

import type { Database } from "./database.ts";
import { createStore } from "../create-store.ts";
import { experiment, keepAll } from "../pairs/pair.fixture.ts";
import type { Pair } from "../pairs/pair.ts";
import type { Store } from "../store.ts";

/** What the tests of the conformance suite work on: one database, emptied for each test, and a clock of theirs. */
export interface Bench {
  readonly store: Store;
  /** Epoch milliseconds that the store takes for now. */
  now: number;
  open(): Promise<void>;
  /** Empties the database, its schema up to date. To make the schema anew for each test takes most of the suite's time. */
  reset(): Promise<void>;
  save(pair: Pair): Promise<string>;
  /** Writes counts, and admissions by their pairs' numbers, as a batch of its own. */
  count(counts: readonly LedgerEntry[], admitted?: readonly number[]): Promise<void>;
  ids(query: Partial<Parameters<Store["pairs"]["list"]>[0]>): Promise<string[]>;
}

/**
 * All rows but what migrations left. To delete a handful takes a fraction of truncating two dozen tables with their indexes; in
 * this session foreign keys do not ask for an order.
 */
const EMPTY = `DO $$ DECLARE name text; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
    WHERE schemaname = 'understudy' AND tablename NOT IN ('migrations', 'deletion_salt')
  LOOP EXECUTE 'DELETE FROM ' || name; END LOOP;
END $$`;

export function createBench(open: () => Promise<Database>): Bench {
  let database: Database | undefined;
  let store: Store | undefined;
  const opened = (): Store => {
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
      store = createStore(database, { clock: { ...systemClock, now: () => bench.now } });
    },
    async reset() {
      bench.now = 1_000_000;
      await opened().migrate();
      await database?.pool.query(EMPTY);
    },
    save: (pair) => opened().pairs.save(pair, experiment, keepAll),
    count: (counts, admitted = []) =>
      opened().ledger.write(
        { id: `led_${(batches += 1)}`, counts, admissions: admitted.map(admission), withdrawn: [] },
        [experiment],
      ),
    ids: async (query) => (await opened().pairs.list({ limit: 10, ...query })).data.map((pair) => pair.id),
  };
  return bench;
}

/** The admission of the pair of this number; they expire in the order of their numbers. */
export function admission(number: number): AdmittedMirror {
  return { pair_id: `pair_${number}`, experiment: experiment.id, admitted_at: 1_000, expires_at: 2_000 + number };
}
