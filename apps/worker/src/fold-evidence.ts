import { type Clock, createPeriodic, errorFields, type Logger, type Service } from "@understudy/runtime";
import type { Store, UnitTask } from "@understudy/store";

const EVERY_MS = 2_000;

export interface FoldEvidenceDeps {
  readonly store: Pick<Store, "experiments">;
  /** Of the experiments that there are now. */
  readonly tasks: () => readonly UnitTask[];
  /** After conversations of these experiments have entered. */
  readonly entered: (experiments: readonly string[]) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Lets conversations enter the evidence as they become due. Several workers may do it at once: the database lets one. */
export function createFoldEvidence({ store, tasks, entered, clock, logger }: FoldEvidenceDeps): Service {
  async function foldAll(stopping: AbortSignal): Promise<void> {
    const grown = new Set<string>();
    for (const task of tasks()) {
      try {
        let more = true;
        while (more && !stopping.aborted) {
          const folded = await store.experiments.foldUnits(task);
          if (folded.entered > 0) grown.add(task.experiment);
          ({ more } = folded);
        }
      } catch (error) {
        logger.warn("evidence cannot be brought up to date now", {
          experiment: task.experiment,
          ...errorFields(error),
        });
      }
    }
    await entered([...grown]);
  }

  return createPeriodic({ name: "evidence", everyMs: EVERY_MS, clock, run: foldAll });
}
