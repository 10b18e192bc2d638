import { type Block, countsOf, meanOf, total } from "../units/shapes.ts";
import type { UnitCriterion } from "../units/unit.ts";
import type { ValueCount } from "../statistics/e-process.ts";
import { smallestPassing } from "./smallest-passing.ts";
import { ALPHA } from "./verdict.ts";

/** Fewer conversations than this say too little of a loss of some points. */
const SHORTEST = 200;
/** A window that is longer would see a change no sooner than all the evidence does. */
const LONGEST = 20_000;

/** The mean of the newest conversations: a promote stands only while it is within the margin. */
export interface RecentWindow {
  /** How long it is to be, and how many conversations it holds so far. */
  readonly length: number;
  readonly conversations: number;
  readonly mean: number | null;
  /** Epoch milliseconds at which its first conversation began. */
  readonly since: number | null;
}

/**
 * As many conversations as an equal candidate needs to pass when luck is even: so long that chance seldom moves its mean
 * beyond the margin, and no longer.
 */
export function recentWindow(
  blocks: readonly Block[],
  criterion: UnitCriterion,
  { counts, margin }: { readonly counts: readonly ValueCount[]; readonly margin: number },
): RecentWindow {
  return newestWindow(blocks, criterion, Math.max(SHORTEST, conversationsOfAnEqual(counts, margin) ?? LONGEST));
}

/** The newest blocks that hold so many conversations of the criterion, or all where they hold fewer. */
export function newestWindow(blocks: readonly Block[], criterion: UnitCriterion, length: number): RecentWindow {
  const newest: Block[] = [];
  let held = 0;
  for (let index = blocks.length - 1; index >= 0 && held < length; index -= 1) {
    const block = blocks[index];
    if (block === undefined) break;
    newest.push(block);
    held += total(countsOf(block.shapes, criterion));
  }
  const mean = meanOf(
    countsOf(
      newest.flatMap(({ shapes }) => shapes),
      criterion,
    ),
  );
  return { length, conversations: held, mean, since: newest.at(-1)?.from ?? null };
}

/**
 * The smallest number of conversations after which a candidate passes that is equal to the primary and as noisy as this
 * one, should every value come as often as is expected of it; null beyond `LONGEST`.
 */
export function conversationsOfAnEqual(counts: readonly ValueCount[], margin: number, alpha = ALPHA): number | null {
  const of = total(counts);
  if (of === 0) return SHORTEST;
  // An equal candidate is ahead as often as it is behind, and what it loses beyond that is no noise.
  const ahead = counts.filter(({ value }) => value < 0);
  const behind = counts.filter(({ value }) => value > 0);
  const noise = total(ahead) < total(behind) ? ahead : behind;
  const law = [
    ...noise.flatMap(({ value, count }) => [
      { value, count: count / of },
      { value: -value, count: count / of },
    ]),
    { value: 0, count: Math.max(0, 1 - (2 * total(noise)) / of) },
  ];
  return smallestPassing(law, { margin, alpha, longest: LONGEST });
}
