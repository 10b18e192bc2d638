/** How often an observation had a value. Counts need not be whole: an estimate may look ahead by scaling them. */
export interface ValueCount {
  readonly value: number;
  readonly count: number;
}

/** A bet, as a share of the largest one that cannot go bankrupt, and the part of the money that is bet so. */
interface Bet {
  readonly share: number;
  readonly money: number;
}

/** Evenly spaced bets find large effects soon; a tenth of the money is on small ones, which find small effects at all. */
export const BETS: readonly Bet[] = [
  ...Array.from({ length: 20 }, (_, index) => ({ share: (index + 0.5) / 20, money: 0.9 / 20 })),
  ...Array.from({ length: 20 }, (_, index) => ({ share: 0.8 * 0.65 ** index, money: 0.1 / 20 })),
];

const USUAL_MONEYS = BETS.map(({ money }) => money);

/**
 * Logarithm of what a gambler has made, from 1, who bets that the mean of the observations is below `mean` although none
 * is above `max`. If it is not below, the money is a non-negative supermartingale whatever the order: it ever reaches
 * 1/alpha with a chance of at most alpha (Ville 1939), so one may look after every observation. Bets are fixed shares
 * (Waudby-Smith & Ramdas 2024, "Estimating means of bounded random variables by betting"), averaged over `BETS`.
 */
export function logWealthAgainst(mean: number, counts: readonly ValueCount[], max: number): number {
  return logOfMixture(logsAgainst(mean, counts, max));
}

/** Logarithm of what each bet has made of its 1. */
export function logsAgainst(mean: number, counts: readonly ValueCount[], max: number): readonly number[] {
  const room = max - mean;
  if (room <= 0) return BETS.map(() => 0);
  return BETS.map(({ share }) =>
    counts.reduce((sum, { value, count }) => sum + count * Math.log1p((share * (mean - value)) / room), 0),
  );
}

/** The same for one who bets that the mean is above `mean` although no observation is below `min`. */
export function logWealthFor(mean: number, counts: readonly ValueCount[], min: number): number {
  return logWealthAgainst(-mean, mirrored(counts), -min);
}

/** Logarithm of all the money, of the logarithms of what each bet has made of its 1; `moneys` add up to 1. */
export function logOfMixture(logs: readonly number[], moneys: readonly number[] = USUAL_MONEYS): number {
  const weighted = moneys.map((money, index) => Math.log(money) + (logs[index] ?? 0));
  const largest = Math.max(...weighted);
  return largest + Math.log(weighted.reduce((total, log) => total + Math.exp(log - largest), 0));
}

/** The same observations seen in a mirror: what is above becomes below. */
export function mirrored(counts: readonly ValueCount[]): readonly ValueCount[] {
  return counts.map(({ value, count }) => ({ value: -value, count }));
}
