import { normalTail } from "./normal.ts";

export interface SignedRankTest {
  /** Two-sided. */
  readonly p: number;
  /** Sum of the ranks of the positive differences. */
  readonly statistic: number;
  /** Differences other than zero. */
  readonly pairs: number;
}

/** Up to so many differences without ties, the exact distribution is counted out. */
const FEW = 25;

/**
 * Wilcoxon's signed-rank test: zeros dropped, ties given their mean rank; exact for few differences without ties, else
 * the normal approximation with corrections for ties and continuity (Hollander & Wolfe). Null without a difference.
 */
export function signedRank(differences: readonly number[]): SignedRankTest | null {
  const sizes = differences.filter((difference) => difference !== 0).toSorted((a, b) => Math.abs(a) - Math.abs(b));
  if (sizes.length === 0) return null;
  const { statistic, tieSum } = sumOfPositiveRanks(sizes);
  const pairs = sizes.length;
  const p = pairs <= FEW && tieSum === 0 ? exactP(statistic, pairs) : normalP(statistic, pairs, tieSum);
  return { p: Math.min(1, p), statistic, pairs };
}

/** `sorted` by size; `tieSum` is the sum of t³ - t over groups of t equal sizes. */
function sumOfPositiveRanks(sorted: readonly number[]): { statistic: number; tieSum: number } {
  let statistic = 0;
  let tieSum = 0;
  for (let start = 0; start < sorted.length;) {
    let end = start + 1;
    while (end < sorted.length && Math.abs(sorted[end] ?? 0) === Math.abs(sorted[start] ?? 0)) end += 1;
    const rank = (start + 1 + end) / 2;
    statistic += rank * sorted.slice(start, end).filter((difference) => difference > 0).length;
    tieSum += (end - start) ** 3 - (end - start);
    start = end;
  }
  return { statistic, tieSum };
}

/** Counts the subsets of ranks 1 to `pairs` by their sum: each is as likely as any other. */
function exactP(statistic: number, pairs: number): number {
  const most = (pairs * (pairs + 1)) / 2;
  const ways = [1, ...Array.from({ length: most }, () => 0)];
  for (let rank = 1; rank <= pairs; rank += 1) {
    for (let sum = most; sum >= rank; sum -= 1) ways[sum] = (ways[sum] ?? 0) + (ways[sum - rank] ?? 0);
  }
  const lower = Math.min(statistic, most - statistic);
  const tail = ways.slice(0, lower + 1).reduce((total, count) => total + count, 0);
  return (2 * tail) / 2 ** pairs;
}

function normalP(statistic: number, pairs: number, tieSum: number): number {
  const variance = (pairs * (pairs + 1) * (2 * pairs + 1)) / 24 - tieSum / 48;
  const distance = Math.abs(statistic - (pairs * (pairs + 1)) / 4);
  if (variance <= 0) return 1;
  return 2 * normalTail(Math.max(0, distance - 0.5) / Math.sqrt(variance));
}
