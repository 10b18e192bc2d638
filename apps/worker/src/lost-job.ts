import type { MirrorJob } from "@understudy/mirror";
import type { Clock, Logger } from "@understudy/runtime";
import type { Pair } from "@understudy/store";

export interface LostJobDeps {
  readonly settle: (pair: Pair, job: MirrorJob) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Gives a job that will never be handled its outcome: dropped, with the reason. A job so broken that it does not even
 * say whose it is can only be logged.
 */
export async function recordLostJob(
  data: unknown,
  reason: "unreadable_job" | "stalled",
  { settle, clock, logger }: LostJobDeps,
): Promise<void> {
  const job = data as MirrorJob;
  if (typeof job?.pair_id !== "string" || typeof job.experiment !== "string" || typeof job.primary !== "object") {
    logger.error("a job on the queue is none of ours, or is damaged beyond reading", { reason });
    return;
  }
  const pair: Pair = {
    id: job.pair_id,
    experiment: job.experiment,
    request_id: job.request_id,
    silent_model: job.silent_model,
    outcome: "dropped",
    reason,
    created_at: clock.now(),
    primary: job.primary,
    silent: null,
    request: null,
    comparison: null,
  };
  await settle(pair, job);
}
