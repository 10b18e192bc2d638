import type { Clock } from "@understudy/runtime";

import type { Database } from "./database.ts";
import { migrate } from "./migrate.ts";
import { listExperiments, readExperiment } from "./read-experiments.ts";
import { readEvidence } from "./read-evidence.ts";
import { deleteExpiredTexts, listPairs, readPair } from "./read-pairs.ts";
import { addToLedger, saveExperiments, savePair } from "./save-pair.ts";
import type { PairStore } from "./store.ts";

/** The store over an open database. Call `migrate` before anything else. `close` closes the database. */
export function createPairStore(database: Database, deps: { readonly clock: Clock }): PairStore {
  const { pool } = database;
  const { clock } = deps;
  return {
    migrate: () => migrate(pool, clock),
    async ping() {
      await pool.query("SELECT 1");
    },
    async savePair(pair, key, retention) {
      await saveExperiments(pool, [key], clock);
      return savePair(pool, pair, retention);
    },
    async addToLedger(entries, keys) {
      await saveExperiments(pool, keys, clock);
      await addToLedger(pool, entries);
    },
    listExperiments: () => listExperiments(pool),
    experiment: (id) => readExperiment(pool, id),
    evidence: (id) => readEvidence(pool, id),
    listPairs: (query) => listPairs(pool, query),
    pair: (id) => readPair(pool, id, clock),
    deleteExpiredTexts: (now) => deleteExpiredTexts(pool, now),
    close: () => database.close(),
  };
}
