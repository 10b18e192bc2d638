import { type MirrorJob, type Queues, subjectOfJob } from "@understudy/mirror";
import type { About, Deletion, Store } from "@understudy/store";

export interface ForgetDeps {
  readonly queues: Pick<Queues, "erase" | "eraseReviews">;
  readonly store: Store;
  /** Those that may have a queue. */
  readonly silentModels: () => readonly string[];
}

/** What was deleted of a subject, where, in this pass. */
export interface Forgotten {
  readonly pairs: number;
  readonly texts: number;
  readonly reviews: number;
  readonly queue: { readonly waiting: number; readonly delayed: number; readonly failed: number };
  readonly review_jobs: number;
  /** Jobs that a worker has: what comes of them is stored without texts. */
  readonly under_way: number;
  /** Jobs whose texts cannot be read here, so that it is not known whose they are. */
  readonly unread: number;
}

/** Deletes what there is of it now: first on the queues, so that nothing is stored behind its back, then in the database. */
export async function forgetSubject(
  deletion: Deletion,
  { queues, store, silentModels }: ForgetDeps,
): Promise<Forgotten> {
  const isMeant = await store.deletions.meaningOf(deletion);
  const queue = { waiting: 0, delayed: 0, failed: 0 };
  let [under_way, unread] = [0, 0];
  for (const silentModel of silentModels()) {
    const erased = await queues.erase(silentModel, (job) => isMeant(aboutJob(job)));
    for (const state of ["waiting", "delayed", "failed"] as const) queue[state] += erased[state];
    under_way += erased.active;
    unread += erased.unread;
    // They will have no pair of their own.
    for (const pairId of erased.pairIds) await store.ledger.drop(pairId, "deleted");
  }
  const { pair_ids, ...deleted } = await store.deletions.deletePairs(deletion);
  return { ...deleted, queue, review_jobs: await queues.eraseReviews(pair_ids), under_way, unread };
}

/** What says of a job whether a deletion means it. */
export function aboutJob(job: MirrorJob): About {
  const { pair_id, request_id, primary } = job;
  const { client_request_id, timing } = primary;
  return { pair_id, request_id, client_request_id, ...subjectOfJob(job), asked_at: timing.started_at };
}
