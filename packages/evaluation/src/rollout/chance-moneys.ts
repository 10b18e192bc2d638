import { BETS } from "../statistics/e-process.ts";

/**
 * Most of the money on small bets: of some hundred to a hundred thousand answers they bound a rate most closely, and the old
 * primary's half brings as many soon.
 */
export const CHANCE_MONEYS = moneys(
  BETS.map(({ share }, index) => (index < 20 ? 0.3 / 20 : share > 0.0005 && share < 0.1 ? 0.05 : 0.001)),
);

function moneys(weights: readonly number[]): readonly number[] {
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / all);
}
