import type { ValueCount } from "../statistics/e-process.ts";
import { smallestPassing } from "../verdict/smallest-passing.ts";

/** A plan looks no further: nobody would wait for it. */
const FURTHEST = 1_000_000;

/** How two answers to one prompt differ by chance, and what the candidate loses besides. */
export interface Chance {
  /** How often the control's answer differs from the primary's, 0 to 1. */
  readonly floor: number;
  /** Correlation of candidate's and control's differences on the same request, 0 to 1. */
  readonly overlap: number;
  /** True loss in the unit of the margin: points, or a share of what can agree. */
  readonly loss: number;
}

export interface Passing {
  readonly margin: number;
  readonly alpha: number;
}

/** Chance that one of the two differs and the other does not, for each of them, where both are equally good. */
const oneAlone = ({ floor, overlap }: Chance): number => floor * (1 - floor) * (1 - overlap);

/** The paired difference: as often 1 as -1 but for the loss. */
export function differenceLaw(alone: number, loss: number): readonly ValueCount[] {
  return [
    { value: 1, count: alone + loss },
    { value: -1, count: alone },
    { value: 0, count: Math.max(0, 1 - 2 * alone - loss) },
  ];
}

/** Pairs, each a conversation of its own, after which a candidate passes should every value come as often as expected. */
export function pairsInPoints(chance: Chance, passing: Passing): number | null {
  return pairsByLaw(differenceLaw(oneAlone(chance), chance.loss), passing);
}

export function pairsByLaw(law: readonly ValueCount[], { margin, alpha }: Passing): number | null {
  return smallestPassing(law, { margin, alpha, longest: FURTHEST });
}

/** The same with the margin as a share of what can agree (see `kept.ts`): both agree, one alone differs, both differ. */
export function pairsInShares(chance: Chance, { margin, alpha }: Passing): number | null {
  const { floor, loss } = chance;
  const least = 1 - margin;
  const alone = oneAlone(chance);
  const lost = alone + loss * (1 - floor);
  const law = [
    { value: least - 1, count: Math.max(0, 1 - floor - lost) },
    { value: least, count: lost },
    { value: -1, count: alone },
    { value: 0, count: Math.max(0, floor - alone) },
  ];
  return smallestPassing(law, { margin: 0, alpha, max: least, longest: FURTHEST });
}

/** Conversations below which nothing passes, though not one of them loses anything. */
export function fewestConversations(passing: Passing): number | null {
  return pairsByLaw([{ value: 0, count: 1 }], passing);
}
