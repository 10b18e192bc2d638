import { BETS, type Unit } from "@understudy/evaluation";
import type { CostRules } from "./unit-task.ts";

/** Logarithms of what each of the forty bets has made; -1e9 stands for all lost, which JSON cannot say otherwise. */
export interface CostBets {
  readonly conversations: number;
  readonly pairs: number;
  readonly below: readonly number[];
  readonly above: readonly number[];
  /** A call cost more than it ever may: the cap is wrong, and the bets say nothing. */
  readonly broken: boolean;
}

export const NO_COST_BETS: CostBets = {
  conversations: 0,
  pairs: 0,
  below: BETS.map(() => 0),
  above: BETS.map(() => 0),
  broken: false,
};

const LOST = -1e9;

/**
 * Bets on what a conversation's mean call saves, `margin x primary - silent`, which is never below -cap of the silent model;
 * and the other way round, never below -`margin` x cap of the primary.
 */
export function betOnCosts(before: CostBets, units: readonly Unit[], rules: CostRules): CostBets {
  const { margin, silentCap, primaryCap } = rules;
  if (margin === null) return before;
  const costs = units.map(({ cost }) => cost).filter(({ turns }) => turns > 0);
  const saved = costs.map(({ turns, primary, silent }) => (margin * primary - silent) / turns);
  return {
    conversations: before.conversations + costs.length,
    pairs: before.pairs + costs.reduce((sum, { turns }) => sum + turns, 0),
    below: silentCap === null ? before.below : wagered(before.below, saved, silentCap),
    above:
      primaryCap === null
        ? before.above
        : wagered(
            before.above,
            saved.map((one) => -one),
            margin * primaryCap,
          ),
    broken: before.broken || costs.some((cost) => exceeds(cost, silentCap)),
  };
}

function exceeds({ turns, silent }: Unit["cost"], cap: number | null): boolean {
  return cap !== null && silent / turns > cap * (1 + 1e-9);
}

function wagered(logs: readonly number[], gains: readonly number[], cap: number): readonly number[] {
  return BETS.map(({ share }, index) => {
    const log = gains.reduce((sum, gain) => sum + Math.log1p(Math.max(-1, (share * gain) / cap)), logs[index] ?? 0);
    return Math.max(LOST, log);
  });
}
