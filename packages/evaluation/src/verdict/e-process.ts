/** How often an observation had a value. Counts need not be whole: an estimate may look ahead by scaling them. */
export interface ValueCount {
  readonly value: number;
  readonly count: number;
}

/**
 * Bets as shares of the largest one that cannot go bankrupt. Evenly spaced ones find large effects soon, geometrically
 * spaced ones find small effects at all; each kind has half of the money.
 */
const BETS: readonly number[] = [
  ...Array.from({ length: 20 }, (_, index) => (index + 0.5) / 20),
  ...Array.from({ length: 20 }, (_, index) => 0.8 * 0.65 ** index),
];

/**
 * Logarithm of what a gambler has made, from 1, who bets that the mean of the observations is below `mean` although none
 * is above `max`. If it is not below, the money is a non-negative supermartingale whatever the order: it ever reaches
 * 1/alpha with a chance of at most alpha (Ville 1939), so one may look after every observation. Bets are fixed shares
 * (Waudby-Smith & Ramdas 2024, "Estimating means of bounded random variables by betting"), averaged over `BETS`.
 */
export function logWealthAgainst(mean: number, counts: readonly ValueCount[], max: number): number {
  const room = max - mean;
  if (room <= 0) return 0;
  const logs = BETS.map((bet) =>
    counts.reduce((sum, { value, count }) => sum + count * Math.log1p((bet * (mean - value)) / room), 0),
  );
  const largest = Math.max(...logs);
  const sum = logs.reduce((total, log) => total + Math.exp(log - largest), 0);
  return largest + Math.log(sum / BETS.length);
}

/** The same observations seen in a mirror: what is above becomes below. */
export function mirrored(counts: readonly ValueCount[]): readonly ValueCount[] {
  return counts.map(({ value, count }) => ({ value: -value, count }));
}
