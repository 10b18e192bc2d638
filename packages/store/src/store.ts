import type { ControlStore } from "./control/control-store.ts";
import type { DeletionStore } from "./deletions/deletion.ts";
import type { ExperimentStore } from "./experiments/experiment-store.ts";
import type { LabelStore } from "./labels/label-store.ts";
import type { LedgerStore } from "./ledger/ledger-store.ts";
import type { HistoryStore } from "./histories/history-store.ts";
import type { NoteStore } from "./notes/note-store.ts";
import type { PairStore } from "./pairs/pair-store.ts";
import type { ReplayStore } from "./replay/replay-store.ts";
import type { ReviewStore } from "./reviews/review-store.ts";
import type { SessionStore } from "./sessions/session-store.ts";
import type { SpendStore } from "./spend/spend-store.ts";

/** All that is kept in SQL, a part for each subject. Every method rejects when the database cannot be reached. */
export interface Store {
  readonly control: ControlStore;
  readonly pairs: PairStore;
  readonly ledger: LedgerStore;
  readonly experiments: ExperimentStore;
  readonly deletions: DeletionStore;
  readonly labels: LabelStore;
  readonly histories: HistoryStore;
  readonly notes: NoteStore;
  readonly reviews: ReviewStore;
  readonly replays: ReplayStore;
  readonly spend: SpendStore;
  readonly sessions: SessionStore;
  /** Brings the schema up to date. Safe when several processes start at once. */
  migrate(): Promise<void>;
  ping(): Promise<void>;
  close(): Promise<void>;
}
