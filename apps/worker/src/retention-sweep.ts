import { type Clock, createPeriodic, errorFields, type Logger, type Service } from "@understudy/runtime";
import type { MirrorQueues } from "@understudy/mirror";
import type { Store } from "@understudy/store";

const SWEEP_EVERY_MS = 60_000;

export interface RetentionSweepDeps {
  readonly store: Pick<Store, "pairs">;
  readonly queues: Pick<MirrorQueues, "forgetExpired">;
  /** Those that may have a queue. */
  readonly silentModels: () => readonly string[];
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Deletes texts whose retention is over, in the database and of failed jobs, every minute. Several workers may do it at once. */
export function createRetentionSweep({ store, queues, silentModels, clock, logger }: RetentionSweepDeps): Service {
  async function sweep(): Promise<void> {
    try {
      const pairs = await store.pairs.deleteExpiredTexts(clock.now());
      let jobs = 0;
      for (const silentModel of silentModels()) jobs += await queues.forgetExpired(silentModel);
      if (pairs + jobs > 0) logger.info("texts past their retention were deleted", { pairs, failed_jobs: jobs });
    } catch (error) {
      logger.warn("texts past their retention cannot be deleted now", errorFields(error));
    }
  }

  return createPeriodic({ name: "retention sweep", everyMs: SWEEP_EVERY_MS, clock, run: sweep });
}
