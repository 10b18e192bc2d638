/** Sums over observations of any size. */
export interface Moments {
  readonly count: number;
  readonly sum: number;
  readonly squares: number;
}

/** The sequence is narrowest when it has seen about so many observations. */
const BEST_AT = 500;
/** Below this the normal limit that it rests on is too far away. */
const FEWEST = 30;

/**
 * Bounds of a mean, each at level `alpha`, at all times at once, in the limit of many observations: the one-sided
 * asymptotic confidence sequence with a normal mixture (Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas 2024, "Time-uniform
 * central limit theory and asymptotic confidence sequences"). Null for fewer than 30 observations. For very
 * skewed observations it is too narrow on the long-tailed side until there are thousands.
 */
export function meanBounds(
  { count, sum, squares }: Moments,
  alpha: number,
): { readonly low: number; readonly high: number } | null {
  if (count < FEWEST) return null;
  const mean = sum / count;
  const variance = Math.max(0, squares / count - mean ** 2);
  const spread = count * tuning(alpha) + 1;
  const half = Math.sqrt(
    ((2 * variance * spread) / (count ** 2 * tuning(alpha))) * Math.log1p(Math.sqrt(spread) / (2 * alpha)),
  );
  return { low: mean - half, high: mean + half };
}

/** The mixture's variance. */
function tuning(alpha: number): number {
  const log = -2 * Math.log(2 * alpha);
  return (log + Math.log(log + 1)) / BEST_AT;
}
