/**
 * Spearman's rank correlation of two lists of one length, ties averaged: -1 to 1. Null where either list has fewer than two
 * numbers, or is one number throughout: then it ranks nothing.
 */
export function rankCorrelation(one: readonly number[], other: readonly number[]): number | null {
  if (one.length !== other.length || one.length < 2) return null;
  const [here, there] = [ranksOf(one), ranksOf(other)];
  // Ranks of either list add up to the same, so both have this mean.
  const mean = (one.length + 1) / 2;
  let [together, spreadHere, spreadThere] = [0, 0, 0];
  for (const [index, rank] of here.entries()) {
    const [x, y] = [rank - mean, (there[index] ?? mean) - mean];
    together += x * y;
    spreadHere += x * x;
    spreadThere += y * y;
  }
  if (spreadHere === 0 || spreadThere === 0) return null;
  return Math.max(-1, Math.min(1, together / Math.sqrt(spreadHere * spreadThere)));
}

/** Each number's place from 1 on, the smallest first; equal ones share the mean of their places. */
export function ranksOf(numbers: readonly number[]): readonly number[] {
  const order = numbers.map((_, index) => index).toSorted((one, other) => (numbers[one] ?? 0) - (numbers[other] ?? 0));
  const ranks = Array.from(numbers, () => 0);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && numbers[order[to] ?? 0] === numbers[order[from] ?? 0]) to += 1;
    for (const index of order.slice(from, to)) ranks[index] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}
