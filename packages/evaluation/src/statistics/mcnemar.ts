import type { PairedCounts } from "../evidence.ts";
import { chiSquareP } from "./chi-square.ts";
import { logGamma } from "./gamma.ts";

export interface McNemarTest {
  /** Two-sided. */
  readonly p: number;
  readonly method: "mid_p" | "chi_square";
}

/** From so many discordant pairs on, the chi-square distribution is near enough. */
const MANY_DISCORDANT = 25;

/**
 * McNemar's test of two paired rates: the exact binomial test with mid-p for few discordant pairs (Fagerland, Lydersen &
 * Laake 2013), chi-square with Edwards' continuity correction for many.
 */
export function mcNemar({
  primary_only,
  silent_only,
}: Pick<PairedCounts, "primary_only" | "silent_only">): McNemarTest {
  const discordant = primary_only + silent_only;
  if (discordant < MANY_DISCORDANT)
    return { p: midP(Math.min(primary_only, silent_only), discordant), method: "mid_p" };
  const statistic = Math.max(0, Math.abs(primary_only - silent_only) - 1) ** 2 / discordant;
  return { p: chiSquareP(statistic, 1), method: "chi_square" };
}

/** Twice the tail of a fair coin up to `count`, less the chance of `count` itself. */
function midP(count: number, of: number): number {
  let tail = 0;
  for (let heads = 0; heads <= count; heads += 1) tail += chanceOfHeads(heads, of);
  return Math.min(1, 2 * tail - chanceOfHeads(count, of));
}

function chanceOfHeads(heads: number, of: number): number {
  const ways = logGamma(of + 1) - logGamma(heads + 1) - logGamma(of - heads + 1);
  return Math.exp(ways - of * Math.LN2);
}
