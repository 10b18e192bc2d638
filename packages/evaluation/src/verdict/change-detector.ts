import { type Block, countsOf, UNITS_IN_BLOCK } from "../units/shapes.ts";
import type { UnitCriterion } from "../units/unit.ts";
import { BETS } from "../statistics/e-process.ts";

/** Mean number of conversations until a false alarm, for a candidate that is within the margin (Shin, Ramdas & Rinaldo 2023). */
export const ALARM = 5_000;

export interface Alarm {
  /** Number of the block at whose end it was raised. */
  readonly block: number;
  /** Epoch milliseconds at which that block ended. */
  readonly at: number;
}

/**
 * Detects that a criterion's mean has risen above the margin lately, however good it was before: an e-detector (Shin,
 * Ramdas & Rinaldo 2023, "E-detectors", NEJSDS; Shiryaev-Roberts form). It adds up what gamblers have made who bet that the
 * mean is above the margin, a new one for each block. They begin at the start of a block and are looked at where it ends,
 * so the sum is at most the number of blocks on average while the mean is within, and counts by block suffice. After an
 * alarm it begins anew.
 */
export function alarmsOf(
  blocks: readonly Block[],
  criterion: UnitCriterion,
  { margin, min = -1, limit = ALARM }: { readonly margin: number; readonly min?: number; readonly limit?: number },
): readonly Alarm[] {
  const most = limit / UNITS_IN_BLOCK;
  const alarms: Alarm[] = [];
  let money = BETS.map(() => 0);
  for (const { number, to, shapes } of blocks) {
    const counts = countsOf(shapes, criterion);
    // Where nothing is bet on, nobody begins to bet: their money alone would add up to an alarm.
    if (counts.length === 0) continue;
    money = afterBlock(money, counts, { margin, min });
    if (money.reduce((sum, one) => sum + one, 0) < most) continue;
    alarms.push({ block: number, at: to });
    money = BETS.map(() => 0);
  }
  return alarms;
}

/** What the gamblers' bets have become, each of the forty apart, after observations with these counts. */
export function afterBlock(
  money: readonly number[],
  counts: readonly { readonly value: number; readonly count: number }[],
  { margin, min }: { readonly margin: number; readonly min: number },
): number[] {
  const room = margin - min;
  return BETS.map((bet, index) => {
    const log = counts.reduce(
      (sum, { value, count }) => sum + count * Math.log1p((bet.share * (value - margin)) / room),
      0,
    );
    return ((money[index] ?? 0) + bet.money) * Math.exp(log);
  });
}
