import { diffWordsWithSpace } from "diff";

export interface Part {
  readonly text: string;
  readonly kind: "same" | "primary" | "silent";
}

/** Very different long texts take the algorithm for ever; then they stand side by side without marks. */
const TIMEOUT_MS = 300;
const MOST_CHARACTERS = 40_000;

/** The texts cut into what they share and what is of one side only; null for texts that cannot be cut in time. */
export function wordDifference(primary: string, silent: string): readonly Part[] | null {
  if (primary.length + silent.length > MOST_CHARACTERS) return null;
  const changes = diffWordsWithSpace(primary, silent, { timeout: TIMEOUT_MS });
  if (changes === undefined) return null;
  return changes.map(({ value, added, removed }) => ({
    text: value,
    kind: added ? "silent" : removed ? "primary" : "same",
  }));
}
