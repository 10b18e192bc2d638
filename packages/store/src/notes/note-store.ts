/** Which answer a person finds the better one of a pair that nobody asked about. It decides nothing. */
export const NOTE_CHOICES = ["primary", "same", "silent"] as const;
export type NoteChoice = (typeof NOTE_CHOICES)[number];

export interface PairNote {
  readonly id: string;
  readonly label: NoteChoice;
  readonly reviewer: string | null;
  /** Epoch milliseconds. */
  readonly noted_at: number;
}

export interface NoteStore {
  /** Adds a note to a pair; null where there is no such pair. */
  add(pairId: string, note: Pick<PairNote, "label" | "reviewer">): Promise<PairNote | null>;
  /** Takes one back. Whether it was there, by this reviewer. */
  remove(id: string, reviewer: string | null): Promise<boolean>;
  /** The pair's notes, newest first, at most 20. */
  of(pairId: string): Promise<readonly PairNote[]>;
}
