import type { Clock } from "@understudy/runtime";
import type { SqlPool } from "../database/database.ts";
import type { Deletions } from "../deletions/deletions.ts";
import { saveExperiments } from "../experiments/save-experiments.ts";
import type { PairStore } from "./pair-store.ts";
import { listedOf } from "./listed.ts";
import { PairWriter } from "./pair-writer.ts";
import { deleteExpiredTexts, listPairs, readPair } from "./read-pairs.ts";
import { countTexts, listTexts } from "./read-texts.ts";
import { reopenPair } from "./reopen-pair.ts";

export function createPairStore(pool: SqlPool, clock: Clock, deletions: Deletions): PairStore {
  const writer = new PairWriter(pool, clock, deletions);
  return {
    save: (pair, key, retention) => writer.save(pair, key, retention),
    async reopen(reopening) {
      await saveExperiments(pool, [reopening.experiment], clock);
      return reopenPair(pool, reopening);
    },
    list: (query) => listPairs(pool, query, clock),
    listed: (ids) => listedOf(pool, ids, clock),
    read: (id) => readPair(pool, id, clock),
    listTexts: (query) => listTexts(pool, query, clock),
    countTexts: (query) => countTexts(pool, query, clock),
    deleteExpiredTexts: (now) => deleteExpiredTexts(pool, now),
  };
}
