/** The value below which `share` of the values lie, 0 to 1, by nearest rank. NaN for no values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}

/** The middle value; the mean of the two middle ones of an even number. NaN for no values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? Number.NaN) + upper) / 2 : upper;
}

/** Median of the rounds' ratios. Round by round: what slows the machine for a while slows both sides of a ratio. */
export function medianRatio(values: readonly number[], bases: readonly number[]): number {
  return median(values.map((value, round) => value / (bases[round] ?? Number.NaN)));
}

/** Median of the rounds' differences, in the unit of the values. */
export function medianDifference(values: readonly number[], bases: readonly number[]): number {
  return median(values.map((value, round) => value - (bases[round] ?? Number.NaN)));
}

/** How far something had come at a moment. */
export interface Sample {
  /** Milliseconds, on any clock. */
  readonly atMs: number;
  readonly count: number;
}

/** Per second, between a tenth and nine tenths of the whole count: beginning and end are no measure of the pace. */
export function steadyRate(samples: readonly Sample[]): number {
  const total = samples.at(-1)?.count ?? 0;
  const first = samples.find((sample) => sample.count >= total * 0.1 && sample.count > 0);
  const last = samples.find((sample) => sample.count >= total * 0.9 && sample.count > 0);
  if (first === undefined || last === undefined || first === last) return Number.NaN;
  return ((last.count - first.count) / (last.atMs - first.atMs)) * 1000;
}

/** By least squares, in units of y for each unit of x. NaN for fewer than two points. */
export function slope(points: readonly { readonly x: number; readonly y: number }[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(points.map(({ x }) => x)), mean(points.map(({ y }) => y))];
  const products = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0);
  return products / points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
}
