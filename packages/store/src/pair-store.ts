import type { Clock } from "@understudy/runtime";

import type { Database } from "./database.ts";
import { migrate } from "./migrate.ts";
import { listExperiments, readExperiment } from "./read-experiments.ts";
import { readEvidence } from "./read-evidence.ts";
import { deleteExpiredTexts, listPairs, readPair } from "./read-pairs.ts";
import { markLost, overdueAdmissions, writeLedger } from "./ledger.ts";
import { claimReplays, countTexts, listTexts, readReplays, readReplaySpend } from "./replays.ts";
import { PairWriter } from "./pair-writer.ts";
import { saveExperiments } from "./save-pair.ts";
import { readReview, saveReview } from "./reviews.ts";
import { readSpend, reserveSpend, settleSpend } from "./spend.ts";
import { reopenPair } from "./reopen-pair.ts";
import { readSilentModelActivity } from "./silent-model-activity.ts";
import type { PairStore } from "./store.ts";

/** The store over an open database. Call `migrate` before anything else. `close` closes the database. */
export function createPairStore(database: Database, deps: { readonly clock: Clock }): PairStore {
  const { pool } = database;
  const { clock } = deps;
  const writer = new PairWriter(pool, clock);
  return {
    migrate: () => migrate(pool, clock),
    async ping() {
      await pool.query("SELECT 1");
    },
    savePair: (pair, key, retention) => writer.save(pair, key, retention),
    async writeLedger(batch, keys) {
      await saveExperiments(pool, keys, clock);
      await writeLedger(pool, batch, clock.now());
    },
    overdueAdmissions: (query) => overdueAdmissions(pool, query),
    markLost: (pairIds) => markLost(pool, pairIds, clock.now()),
    async reopenPair(reopening) {
      await saveExperiments(pool, [reopening.experiment], clock);
      return reopenPair(pool, reopening);
    },
    silentModelActivity: (since) => readSilentModelActivity(pool, since),
    listExperiments: () => listExperiments(pool),
    experiment: (id) => readExperiment(pool, id),
    evidence: (id) => readEvidence(pool, id),
    listPairs: (query) => listPairs(pool, query),
    pair: (id) => readPair(pool, id, clock),
    listTexts: (query) => listTexts(pool, query, clock),
    countTexts: (query) => countTexts(pool, query, clock),
    replays: (ids) => readReplays(pool, ids),
    async claimReplays(claims, key) {
      await saveExperiments(pool, [key], clock);
      await claimReplays(pool, claims, key.id);
    },
    replaySpend: (experiment) => readReplaySpend(pool, experiment),
    reserveSpend: (reservation, capUsd) => reserveSpend(pool, reservation, capUsd, clock.now()),
    settleSpend: (reservation, actualUsd) => settleSpend(pool, reservation, actualUsd, clock.now()),
    readSpend: (account, day) => readSpend(pool, account, day),
    saveReview: (review) => saveReview(pool, review),
    review: (pairId) => readReview(pool, pairId),
    deleteExpiredTexts: (now) => deleteExpiredTexts(pool, now),
    close: () => database.close(),
  };
}
