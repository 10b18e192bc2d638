import { type Config, secretsOf } from "@understudy/config";
import type { LabelProgress } from "@understudy/evaluation";
import { createRedactor } from "@understudy/runtime";
import type { BlindPair, LabelChoice, Store } from "@understudy/store";
import { ApiError } from "../http/api-error.ts";

export interface NextLabel {
  /** Null while none waits. */
  readonly next: BlindPair | null;
  readonly progress: LabelProgress;
}

export interface LabelWritten {
  readonly choice: LabelChoice;
  readonly reviewer: string | null;
  readonly note: string | null;
}

/** The blind queue as people see it: the next pair, and what they say of it. */
export interface LabelControl {
  next(experiment: string): Promise<NextLabel>;
  progress(experiment: string): Promise<LabelProgress>;
  label(id: string, written: LabelWritten): Promise<void>;
}

export function createLabelControl({
  config,
  store,
}: {
  readonly config: Config;
  readonly store: Pick<Store, "labels">;
}): LabelControl {
  const redactor = createRedactor(secretsOf(config));
  const clean = (text: string | null): string | null => (text === null ? null : redactor.clean(text));

  async function progressOf(experiment: string): Promise<LabelProgress> {
    const progress = await store.labels.progress(experiment).catch(away);
    if (progress === null) {
      throw new ApiError("not_found", `There is no experiment ${experiment}. GET /api/experiments lists them.`);
    }
    if (progress.drawn === 0 && !isAsked(config, experiment)) {
      const fix = "write mirror_settings.labels: {} beside a judge";
      throw new ApiError("labels_off", `Nobody is asked for labels of ${experiment}: ${fix}, and restart.`);
    }
    return progress;
  }

  return {
    progress: progressOf,
    async next(experiment) {
      const progress = await progressOf(experiment);
      return { next: await store.labels.next(experiment).catch(away), progress };
    },
    async label(id, { choice, reviewer, note }) {
      const given = { id, choice, reviewer: clean(reviewer), note: clean(note) };
      switch (await store.labels.save(given).catch(away)) {
        case "stored":
          return;
        case "unknown":
          throw new ApiError("not_found", `There is no label ${id}. GET /api/experiments/:id/labels/next gives one.`);
        case "labelled":
          throw new ApiError(
            "label_taken",
            "Somebody has labelled this pair already, and the first label stays. Take the next.",
          );
        case "overdue":
          throw new ApiError(
            "label_overdue",
            "This pair waits for no label any more: seven days are over, or its texts are deleted. Take the next.",
          );
      }
    },
  };
}

function isAsked({ experiments, silentModels }: Config, id: string): boolean {
  const silent = experiments.find((experiment) => experiment.id === id && !experiment.control)?.silent;
  return silentModels.some(({ name, review }) => name === silent && review.labels !== null);
}

function away(cause: unknown): never {
  throw new ApiError("store_unavailable", "The database of pairs cannot be reached now. Try again shortly.", { cause });
}
