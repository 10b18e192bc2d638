/** What a person says of two answers: the first is better, neither, the second. */
export const PICKS = [1, 2, 3] as const;
export type Pick = (typeof PICKS)[number];

export const PICK_WORDS: Readonly<Record<Pick, string>> = {
  1: "First is better",
  2: "The same",
  3: "Second is better",
};

/** About how long is left, from how long the last ones took; null before three of them. */
export function minutesLeft(picked: readonly number[], left: number): number | null {
  const [first, last] = [picked.at(-10) ?? picked[0], picked.at(-1)];
  const between = Math.min(picked.length, 10) - 1;
  if (first === undefined || last === undefined || between < 2) return null;
  return Math.max(1, Math.round((((last - first) / between) * left) / 60_000));
}

/** The model group that an experiment is of, by its id; the other one would tell who is judged. */
export function primaryOf(experiment: string): string {
  return experiment.split("~")[0] ?? experiment;
}
