import {
  FAILED_JOBS_KEPT,
  type FailedJobPage,
  type FailedJobsQuery,
  type MirrorQueues,
  type QueueHealth,
  type QueueInspector,
  type RetryRefusal,
} from "@understudy/mirror";
import { type Clock, errorFields, type Logger } from "@understudy/runtime";
import type { PairStore, Reopening, SilentModelActivity } from "@understudy/store";
import { ApiError } from "./http/api-error.ts";

/** A silent model's queue, as `GET /api/queues` answers it. */
export interface QueueSummary extends QueueHealth {
  readonly silent_model: string;
  /** Mirrors that ended in the last five minutes, by outcome. Null while the database cannot be read, like the next two. */
  readonly ended: SilentModelActivity["ended"] | null;
  /** Those of them whose silent model was called, each minute. */
  readonly pairs_per_minute: number | null;
  /** Of all time, by reason. */
  readonly dropped: SilentModelActivity["dropped"] | null;
}

export interface Refused {
  readonly pair_id: string;
  readonly message: string;
}

export interface QueuesDeskDeps {
  readonly queues: MirrorQueues;
  readonly store: PairStore;
  readonly silentModels: readonly string[];
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What a person may see of the queues, and do about failed jobs. Throws `ApiError` with what to do instead. */
export interface QueuesDesk {
  summaries(): Promise<readonly QueueSummary[]>;
  failed(silentModel: string, query: FailedJobsQuery): Promise<FailedJobPage>;
  retry(silentModel: string, pairId: string): Promise<void>;
  retryAll(silentModel: string): Promise<{ readonly retried: number; readonly refused: readonly Refused[] }>;
  discard(silentModel: string, pairId: string): Promise<void>;
  /** Returns how many. */
  discardAll(silentModel: string): Promise<number>;
}

const ACTIVITY_MS = 300_000;

const REFUSALS: Readonly<Record<RetryRefusal, string>> = {
  unreadable_job: "its data cannot be read, so nobody could call the silent model with it; discard it",
  stalled: "it was taken from too many workers that died over it, and would end another; discard it",
  body_expired: "the request it was made of was kept beside the queue, and its time is over; discard it",
  ended: "its pair has an outcome that is not this failure; look at the pair, and discard the job",
};

export function createQueuesDesk({ queues, store, silentModels, clock, logger }: QueuesDeskDeps): QueuesDesk {
  function inspect(silentModel: string): QueueInspector {
    if (silentModels.includes(silentModel)) return queues.inspect(silentModel);
    const known = silentModels.length === 0 ? "there is none" : `there is ${silentModels.join(", ")}`;
    throw new ApiError("not_found", `There is no silent model ${silentModel}; ${known}.`);
  }
  const reopen = (pair: Reopening) => store.reopenPair(pair).catch(storeAway);

  return {
    async summaries() {
      const [activity, health] = await Promise.all([
        readActivity(),
        Promise.all(silentModels.map((name) => queues.inspect(name).health())).catch(queueAway),
      ]);
      return silentModels.flatMap((silent_model, index) => {
        const seen = health[index];
        return seen === undefined ? [] : [{ silent_model, ...seen, ...activityOf(activity, silent_model) }];
      });
    },
    failed: (silentModel, query) => inspect(silentModel).failed(query).catch(queueAway),
    async retry(silentModel, pairId) {
      const answer = await inspect(silentModel).retry(pairId, reopen).catch(queueAway);
      if (answer.kind === "not_failed") throw notFailed(silentModel, pairId);
      if (answer.kind === "refused") {
        throw new ApiError("not_retryable", `The job ${pairId} cannot be retried: ${REFUSALS[answer.why]}.`);
      }
      logger.info("a failed job was retried", { silent_model: silentModel, pair_id: pairId });
    },
    async retryAll(silentModel) {
      const { retried, refused } = await inspect(silentModel).retryAll(FAILED_JOBS_KEPT, reopen).catch(queueAway);
      logger.info("failed jobs were retried", { silent_model: silentModel, retried, refused: refused.length });
      return { retried, refused: refused.map(({ pair_id, why }) => ({ pair_id, message: REFUSALS[why] })) };
    },
    async discard(silentModel, pairId) {
      const discarded = await inspect(silentModel).discard(pairId).catch(queueAway);
      if (!discarded) throw notFailed(silentModel, pairId);
      logger.info("a failed job was discarded", { silent_model: silentModel, pair_id: pairId });
    },
    async discardAll(silentModel) {
      const discarded = await inspect(silentModel).discardAll(FAILED_JOBS_KEPT).catch(queueAway);
      logger.info("failed jobs were discarded", { silent_model: silentModel, discarded });
      return discarded;
    },
  };

  /** The queues are worth a look without the database. */
  async function readActivity(): Promise<readonly SilentModelActivity[] | null> {
    try {
      return await store.silentModelActivity(clock.now() - ACTIVITY_MS);
    } catch (error) {
      logger.warn("the store cannot be read", errorFields(error));
      return null;
    }
  }
}

function activityOf(activity: readonly SilentModelActivity[] | null, silentModel: string) {
  if (activity === null) return { ended: null, pairs_per_minute: null, dropped: null };
  const { ended = { paired: 0, failed: 0, expired: 0, dropped: 0 }, dropped = {} } =
    activity.find(({ silent_model }) => silent_model === silentModel) ?? {};
  return { ended, pairs_per_minute: (ended.paired + ended.failed) / (ACTIVITY_MS / 60_000), dropped };
}

function notFailed(silentModel: string, pairId: string): ApiError {
  const list = `GET /api/queues/${encodeURIComponent(silentModel)}/failed lists them`;
  return new ApiError("not_found", `There is no failed job ${pairId} of ${silentModel}. ${list}.`);
}

function queueAway(error: unknown): never {
  if (error instanceof ApiError) throw error;
  throw new ApiError("queue_unavailable", "The queue cannot be reached now. Try again shortly.", { cause: error });
}

function storeAway(error: unknown): never {
  const message = "The database of pairs cannot be written now; the jobs that were not retried are still failed ones.";
  throw new ApiError("store_unavailable", message, { cause: error });
}
