import { type Config, secretsOf } from "@understudy/config";
import type { ShownConversation } from "@understudy/contracts";
import { conversationOf, type LabelProgress } from "@understudy/evaluation";
import { createRedactor } from "@understudy/runtime";
import type {
  BlindPair,
  LabelChoice,
  LabelSaved,
  LabelTakenBack,
  NoteChoice,
  PairNote,
  Store,
} from "@understudy/store";
import { ApiError } from "../http/api-error.ts";

export interface NextLabel {
  /** Null while none waits. */
  readonly next: BlindPair | null;
  /** What its request asks, as a person reads it. */
  readonly conversation: ShownConversation | null;
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
  /** Takes a label back for the reviewer who gave it, while no verdict has counted it. */
  takeBack(id: string, reviewer: string | null): Promise<void>;
  /** What a person says of a pair that nobody asked about: a note, which decides nothing. */
  note(pairId: string, label: NoteChoice, reviewer: string | null): Promise<PairNote>;
  removeNote(id: string, reviewer: string | null): Promise<void>;
}

export function createLabelControl({
  config,
  store,
}: {
  readonly config: Config;
  readonly store: Pick<Store, "labels" | "notes">;
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
      const found = await store.labels.next(experiment).catch(away);
      return { next: found, conversation: found === null ? null : conversationOf(found.api, found.request), progress };
    },
    async label(id, { choice, reviewer, note }) {
      const given = { id, choice, reviewer: clean(reviewer), note: clean(note) };
      const saved = await store.labels.save(given).catch(away);
      if (saved !== "stored") throw notSaved(id, saved);
    },
    async takeBack(id, reviewer) {
      const taken = await store.labels.takeBack(id, clean(reviewer)).catch(away);
      if (taken !== "taken_back") throw notTakenBack(id, taken);
    },
    async note(pairId, label, reviewer) {
      const note = await store.notes.add(pairId, { label, reviewer: clean(reviewer) }).catch(away);
      if (note === null) throw new ApiError("not_found", `There is no pair ${pairId}. GET /api/pairs lists them.`);
      return note;
    },
    async removeNote(id, reviewer) {
      if (await store.notes.remove(id, clean(reviewer)).catch(away)) return;
      throw new ApiError(
        "not_found",
        `There is no note ${id} of this reviewer. GET /api/pairs/:id lists a pair's notes.`,
      );
    },
  };
}

function notSaved(id: string, saved: Exclude<LabelSaved, "stored">): ApiError {
  switch (saved) {
    case "unknown":
      return new ApiError("not_found", `There is no label ${id}. GET /api/experiments/:id/labels/next gives one.`);
    case "labelled":
      return new ApiError(
        "label_taken",
        "Somebody has labelled this pair already, and the first label stays. Take the next.",
      );
    case "overdue":
      return new ApiError(
        "label_overdue",
        "This pair waits for no label any more: seven days are over, or its texts are deleted. Take the next.",
      );
  }
}

function notTakenBack(id: string, taken: Exclude<LabelTakenBack, "taken_back">): ApiError {
  switch (taken) {
    case "entered":
      return new ApiError(
        "label_entered",
        "This label has entered the evidence, and what a verdict has counted stays.",
      );
    case "of_another":
      return new ApiError(
        "label_taken",
        "Another reviewer gave this label: it is taken back with that reviewer's name.",
      );
    case "unlabelled":
      return new ApiError("not_found", `Nobody has labelled ${id}, or the label was taken back already.`);
    case "unknown":
      return new ApiError("not_found", `There is no label ${id}. GET /api/experiments/:id/labels/next gives one.`);
  }
}

function isAsked({ experiments, silentModels }: Config, id: string): boolean {
  const silent = experiments.find((experiment) => experiment.id === id && !experiment.control)?.silent;
  return silentModels.some(({ name, review }) => name === silent && review.labels !== null);
}

function away(cause: unknown): never {
  throw new ApiError("store_unavailable", "The database of pairs cannot be reached now. Try again shortly.", { cause });
}
