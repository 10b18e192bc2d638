import type { Clock } from "@understudy/runtime";
import { createControlStore } from "./control/control.ts";
import type { Database } from "./database/database.ts";
import { createDeletions } from "./deletions/deletions.ts";
import { createExperimentStore } from "./experiments/experiments.ts";
import { createLabelQueue } from "./labels/label-queue.ts";
import { createLedgerStore } from "./ledger/ledger.ts";
import { migrate } from "./migrations/migrate.ts";
import { createHistoryStore } from "./histories/histories.ts";
import { createNoteStore } from "./notes/notes.ts";
import { createPairStore } from "./pairs/pairs.ts";
import { createReplayStore } from "./replay/replays.ts";
import { createReviewStore } from "./reviews/reviews.ts";
import { createSessionStore } from "./sessions/sessions.ts";
import { createSpendStore } from "./spend/spend.ts";
import type { Store } from "./store.ts";

/** The store over an open database. Call `migrate` before anything else. `close` closes the database. */
export function createStore(database: Database, { clock }: { readonly clock: Clock }): Store {
  const { pool } = database;
  const deletions = createDeletions(pool, clock);
  return {
    control: createControlStore(pool, clock),
    pairs: createPairStore(pool, clock, deletions),
    ledger: createLedgerStore(pool, clock),
    experiments: createExperimentStore(pool, clock),
    deletions,
    labels: createLabelQueue(pool, clock),
    histories: createHistoryStore(pool),
    notes: createNoteStore(pool, clock),
    reviews: createReviewStore(pool),
    replays: createReplayStore(pool, clock),
    spend: createSpendStore(pool, clock),
    sessions: createSessionStore(pool),
    migrate: () => migrate(pool, clock),
    async ping() {
      await pool.query("SELECT 1");
    },
    close: () => database.close(),
  };
}
