import type { ApiName } from "@understudy/contracts";
import type { LabelProgress } from "@understudy/evaluation";

/** What a person may say of a pair whose sides are hidden. */
export const LABEL_CHOICES = ["a", "same", "b", "skip"] as const;
export type LabelChoice = (typeof LABEL_CHOICES)[number];

/** After so long without a label a pair counts as one that nobody could judge. */
export const LABEL_OVERDUE_MS = 7 * 86_400_000;

/** A side as a person sees it: nothing that tells which model it is of. */
export interface BlindAnswer {
  readonly text: string | null;
  readonly tool_calls: readonly { readonly name: string; readonly arguments: string }[];
}

/** A pair to be labelled: what was asked, and both answers in an order that was drawn and is not told. */
export interface BlindPair {
  /** Of the label, not of the pair. */
  readonly id: string;
  readonly experiment: string;
  /** The wire format of `request`. */
  readonly api: ApiName;
  /** Conversation, tools and format of the request; neither its model nor whose it is. */
  readonly request: Readonly<Record<string, unknown>>;
  readonly a: BlindAnswer;
  readonly b: BlindAnswer;
  /** Epoch milliseconds after which it counts as overdue. */
  readonly due_at: number;
}

/** A label as it arrives. */
export interface GivenLabel {
  readonly id: string;
  readonly choice: LabelChoice;
  readonly reviewer: string | null;
  readonly note: string | null;
}

/** `labelled`: somebody was quicker, whose label stays. `overdue`: its time is over, or its texts are gone. */
export type LabelSaved = "stored" | "labelled" | "overdue" | "unknown";

/**
 * `entered`: the verdict has counted it. `of_another`: another reviewer gave it. `unlabelled`: nobody has said anything, or it was taken
 * back already.
 */
export type LabelTakenBack = "taken_back" | "entered" | "of_another" | "unlabelled" | "unknown";

/** A label as it is read: by which side is the better one. The note is null once the texts are gone. */
export interface StoredLabel {
  readonly label: "primary" | "same" | "silent" | "skip";
  readonly reviewer: string | null;
  readonly note: string | null;
  /** Epoch milliseconds. */
  readonly labelled_at: number;
}

export interface LabelStore {
  /**
   * The oldest pair that waits for a label and was not handed out lately; null where none waits. It is then offered to nobody
   * else for ten minutes, as long as others wait.
   */
  next(experiment: string): Promise<BlindPair | null>;
  /** Writes a label. The first one stays. */
  save(label: GivenLabel): Promise<LabelSaved>;
  /** Takes a label back that has not entered the evidence, for the reviewer who gave it; the pair waits again. */
  takeBack(id: string, reviewer: string | null): Promise<LabelTakenBack>;
  /** How the experiment's queue stands; null where there is no such experiment. */
  progress(experiment: string): Promise<LabelProgress | null>;
  /** What a person said of the pair; null where nobody has. */
  read(pairId: string): Promise<StoredLabel | null>;
}
