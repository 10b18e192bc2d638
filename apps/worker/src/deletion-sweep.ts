import { type ForgetDeps, forgetSubject } from "@understudy/launch";
import { type Clock, createPeriodic, errorFields, type Logger, type Service } from "@understudy/runtime";

export interface DeletionSweepDeps extends ForgetDeps {
  readonly clock: Clock;
  readonly logger: Logger;
}

const SWEEP_EVERY_MS = 60_000;

/**
 * Looks once more, every minute, for what was to be deleted, as long as jobs of before may still come: those that a worker
 * had, and those that waited on the disk of a gateway. Several workers may do it at once.
 */
export function createDeletionSweep(deps: DeletionSweepDeps): Service {
  const { store, clock, logger } = deps;
  async function sweep(): Promise<void> {
    try {
      for (const deletion of await store.deletions.listOpen(clock.now())) {
        const { queue, pairs } = await forgetSubject(deletion, deps);
        const jobs = queue.waiting + queue.delayed + queue.failed;
        if (jobs + pairs > 0) logger.info("more was deleted of what came late", { deletion: deletion.id, pairs, jobs });
      }
    } catch (error) {
      logger.warn("what was to be deleted cannot be looked for now", errorFields(error));
    }
  }

  return createPeriodic({ name: "deletion sweep", everyMs: SWEEP_EVERY_MS, clock, run: sweep });
}
