import type {
  JobsMeant,
  QueuedJobPage,
  QueueSummary,
  RetriedAll,
  Reopening,
  SilentModelActivity,
} from "@understudy/contracts";
import {
  type DropReason,
  FAILED_JOBS_KEPT,
  type MirrorQueues,
  type QueuedJobsQuery,
  type QueueInspector,
  type RetryRefusal,
} from "@understudy/mirror";
import { type Clock, errorFields, type Logger } from "@understudy/runtime";
import type { Store } from "@understudy/store";
import { ApiError } from "../http/api-error.ts";

export interface QueueControlDeps {
  readonly queues: MirrorQueues;
  readonly store: Store;
  /** Those that may have a queue now. */
  readonly silentModels: () => readonly string[];
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What a person may see of the queues, and do about their jobs. Throws `ApiError` with what to do instead. */
export interface QueueControl {
  summaries(): Promise<readonly QueueSummary[]>;
  jobs(meant: JobsMeant, query: QueuedJobsQuery): Promise<QueuedJobPage>;
  retry(meant: JobsMeant, pairId: string): Promise<void>;
  retryAll(meant: JobsMeant): Promise<RetriedAll>;
  discard(meant: JobsMeant, pairId: string): Promise<void>;
  /** Returns how many. */
  discardAll(meant: JobsMeant): Promise<number>;
}

const ACTIVITY_MS = 300_000;
/** Jobs of a bulk: as many as failed ones are kept. */
const MOST_AT_ONCE = FAILED_JOBS_KEPT;
const TAKEN = "a worker has it. It ends with its call; where that worker has died or hangs, try again in some seconds";

const REFUSALS: Readonly<Record<RetryRefusal, string>> = {
  unreadable_job: "its data cannot be read, so nobody could call the silent model with it; discard it",
  unsealed_job: "there are queue keys, and it is not sealed by them; discard it",
  unknown_queue_key:
    "it is sealed under a queue key that this gateway lacks; add that to UNDERSTUDY_QUEUE_KEYS and restart, or discard it",
  texts_gone: "its silent model keeps no texts (payloads: metrics_only), and so none to call it with again; discard it",
  stalled: "it was taken from too many workers that died over it, and would end another; discard it",
  body_expired: "the request it was made of was kept beside the queue, and its time is over; discard it",
  waiting: "it waits for its turn already",
  active: "a worker has it; should that worker have died or hang, the job comes back by itself within seconds",
  ended: "its pair has an outcome that is not this failure; look at the pair, and discard the job",
};

export function createQueueControl(deps: QueueControlDeps): QueueControl {
  const { queues, store, silentModels, logger } = deps;
  function inspect(silentModel: string): QueueInspector {
    const names = silentModels();
    if (names.includes(silentModel)) return queues.inspect(silentModel);
    const known = names.length === 0 ? "there is none" : `there is ${names.join(", ")}`;
    throw new ApiError("not_found", `There is no silent model ${silentModel}; ${known}.`);
  }
  const reopen = (pair: Reopening) => store.pairs.reopen(pair).catch(storeAway);

  return {
    async summaries() {
      const names = silentModels();
      const [activity, health] = await Promise.all([
        readActivity(deps),
        Promise.all(names.map((name) => queues.inspect(name).health())).catch(queueAway),
      ]);
      return names.flatMap((silent_model, index) => {
        const seen = health[index];
        return seen === undefined ? [] : [{ silent_model, ...seen, ...activityOf(activity, silent_model) }];
      });
    },
    jobs: ({ silentModel, state }, query) => inspect(silentModel).jobs(state, query).catch(queueAway),
    async retry({ silentModel, state }, pairId) {
      const answer = await inspect(silentModel).retry(state, pairId, reopen).catch(queueAway);
      if (answer.kind === "not_there") throw notThere({ silentModel, state }, pairId);
      if (answer.kind === "refused") {
        throw new ApiError("not_retryable", `The job ${pairId} cannot be retried: ${REFUSALS[answer.why]}.`);
      }
      logger.info("a job was retried", { silent_model: silentModel, state, pair_id: pairId });
    },
    async retryAll({ silentModel, state }) {
      const { retried, refused } = await inspect(silentModel).retryAll(state, MOST_AT_ONCE, reopen).catch(queueAway);
      logger.info("jobs were retried", { silent_model: silentModel, state, retried, refused: refused.length });
      return { retried, refused: refused.map(({ pair_id, why }) => ({ pair_id, message: REFUSALS[why] })) };
    },
    async discard({ silentModel, state }, pairId) {
      const answer = await inspect(silentModel).discard(state, pairId).catch(queueAway);
      if (answer === "not_there") throw notThere({ silentModel, state }, pairId);
      if (answer === "taken") throw new ApiError("job_taken", `The job ${pairId} cannot be discarded: ${TAKEN}.`);
      await countDiscarded([pairId], deps);
      logger.info("a job was discarded", { silent_model: silentModel, state, pair_id: pairId });
    },
    async discardAll({ silentModel, state }) {
      const discarded = await inspect(silentModel).discardAll(state, MOST_AT_ONCE).catch(queueAway);
      await countDiscarded(discarded, deps);
      logger.info("jobs were discarded", { silent_model: silentModel, state, discarded: discarded.length });
      return discarded.length;
    },
  };
}

type Reading = Pick<QueueControlDeps, "store" | "clock" | "logger">;

/** Those that have an outcome keep it; the mirrors of others end here. Uncounted they are lost when their time is over. */
async function countDiscarded(pairIds: readonly string[], { store, logger }: Reading): Promise<void> {
  try {
    for (const id of pairIds) await store.ledger.drop(id, "discarded" satisfies DropReason);
  } catch (error) {
    logger.warn("discarded jobs cannot be counted now; their mirrors will count as lost", errorFields(error));
  }
}

/** The queues are worth a look without the database. */
async function readActivity({ store, clock, logger }: Reading): Promise<readonly SilentModelActivity[] | null> {
  try {
    return await store.experiments.silentModelActivity(clock.now() - ACTIVITY_MS);
  } catch (error) {
    logger.warn("the store cannot be read", errorFields(error));
    return null;
  }
}

function activityOf(activity: readonly SilentModelActivity[] | null, silentModel: string) {
  if (activity === null) return { ended: null, pairs_per_minute: null, dropped: null };
  const { ended = { paired: 0, failed: 0, expired: 0, dropped: 0 }, dropped = {} } =
    activity.find(({ silent_model }) => silent_model === silentModel) ?? {};
  return { ended, pairs_per_minute: (ended.paired + ended.failed) / (ACTIVITY_MS / 60_000), dropped };
}

function notThere({ silentModel, state }: JobsMeant, pairId: string): ApiError {
  const list = `GET /api/queues/${encodeURIComponent(silentModel)}/${state} lists them`;
  return new ApiError("not_found", `There is no ${state} job ${pairId} of ${silentModel}. ${list}.`);
}

function queueAway(error: unknown): never {
  if (error instanceof ApiError) throw error;
  throw new ApiError("queue_unavailable", "The queue cannot be reached now. Try again shortly.", { cause: error });
}

function storeAway(error: unknown): never {
  const message = "The database of pairs cannot be written now; the jobs that were not retried are still failed ones.";
  throw new ApiError("store_unavailable", message, { cause: error });
}
