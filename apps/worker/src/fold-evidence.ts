import { type Clock, createPeriodic, errorFields, type Logger, type Service } from "@understudy/runtime";
import type { Store, UnitTask } from "@understudy/store";

const EVERY_MS = 2_000;

export interface FoldEvidenceDeps {
  readonly store: Pick<Store, "experiments">;
  /** Of the experiments that there are now. */
  readonly tasks: () => readonly UnitTask[];
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Lets conversations enter the evidence as they become due. Several workers may do it at once: the database lets one. */
export function createFoldEvidence({ store, tasks, clock, logger }: FoldEvidenceDeps): Service {
  async function foldAll(stopping: AbortSignal): Promise<void> {
    for (const task of tasks()) {
      try {
        let more = true;
        while (more && !stopping.aborted) ({ more } = await store.experiments.foldUnits(task));
      } catch (error) {
        logger.warn("evidence cannot be brought up to date now", {
          experiment: task.experiment,
          ...errorFields(error),
        });
      }
    }
  }

  return createPeriodic({ name: "evidence", everyMs: EVERY_MS, clock, run: foldAll });
}
