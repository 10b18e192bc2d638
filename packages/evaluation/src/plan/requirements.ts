import { MARGINS_OF_HEADROOM } from "../verdict/headroom.ts";
import { MOST_LOST_IN_A_KIND } from "../verdict/kinds.ts";
import { asPercent, asPoints, spelled } from "../verdict/words.ts";
import {
  type Chance,
  differenceLaw,
  fewestConversations,
  pairsByLaw,
  pairsInPoints,
  pairsInShares,
  type Passing,
} from "./law.ts";
import type { Requirement } from "./plan.ts";

/** Of a margin in shares more pairs than this are said to be too many: a judge is the shorter way. */
const MOST_IN_SHARES = 50_000;

/** Turns of a conversation are one bet, which is worth less than so many where its turns lose together. */
export interface Talks {
  /** Mean turns of a conversation. */
  readonly turns: number;
  /** Correlation of the paired differences inside one. */
  readonly clustering: number;
}

export type Needed = Omit<Requirement, "days">;

export interface LikenessAsked extends Passing, Talks {
  readonly chance: Chance;
  readonly unit: "points" | "share";
}

/** The paired criterion itself. */
export function byLikeness({ chance, unit, turns, clustering, ...passing }: LikenessAsked): Needed {
  const single = unit === "share" ? pairsInShares(chance, passing) : pairsInPoints(chance, passing);
  const asked = `likeness within ${unit === "share" ? `${asPercent(passing.margin)} of what can agree` : asPoints(passing.margin)}`;
  return { name: "pairs", what: asked, ...inConversations(single, { turns, clustering }) };
}

/** Why likeness would never tell; null where it may. */
export function whyNever({ chance, unit, margin, alpha }: LikenessAsked): string | null {
  const { floor, loss } = chance;
  if (loss >= margin) return `a candidate that loses as much as the margin is not within it`;
  if (unit === "points") {
    if (1 - floor > MARGINS_OF_HEADROOM * margin) return null;
    const agrees = asPercent(1 - floor);
    return `likeness cannot tell: the primary agrees with itself in ${agrees}, and a margin of ${asPoints(margin)} asks for over ${asPercent(MARGINS_OF_HEADROOM * margin)}; name a judge`;
  }
  const pairs = pairsInShares(chance, { margin, alpha });
  if (pairs !== null && pairs <= MOST_IN_SHARES) return null;
  return `likeness cannot tell: it would take more than ${MOST_IN_SHARES.toLocaleString("en-US")} pairs; name a judge`;
}

/** A judge's preference: `alone` is how often it prefers either side of two equal answers. */
export function byJudge({ alone, loss, share, turns, ...passing }: JudgeAsked): Needed {
  const judged = pairsByLaw(differenceLaw(alone, loss), passing);
  const what = `judge within ${asPoints(passing.margin)}, ${asPercent(share)} of pairs`;
  if (judged === null || share === 0) return { name: "judge", what, conversations: null, pairs: null };
  const pairs = Math.ceil(judged / share);
  return { name: "judge", what, conversations: Math.ceil(pairs / turns), pairs };
}

export interface JudgeAsked extends Passing {
  readonly alone: number;
  readonly loss: number;
  /** Share of the pairs that it is asked about. */
  readonly share: number;
  readonly turns: number;
}

/** No method passes with fewer conversations, though not one of them loses anything. */
export function byConversations(passing: Passing, { turns }: Pick<Talks, "turns">): Needed {
  const conversations = fewestConversations(passing);
  const what = "fewest conversations that can show it";
  return { name: "conversations", what, conversations, pairs: conversations && Math.ceil(conversations * turns) };
}

/** The rarest kind is to be shown to lose less than 25 points by itself. */
export function byKind(
  { chance, alpha, turns }: LikenessAsked,
  kind: { readonly name: string; readonly share: number },
): Needed {
  const own = pairsInPoints({ ...chance, loss: 0 }, { margin: MOST_LOST_IN_A_KIND, alpha });
  const what = `${spelled(kind.name)}, ${asPercent(kind.share)} of traffic`;
  if (own === null) return { name: "kind", what, conversations: null, pairs: null };
  // One conversation is one bet in its kind as well, however many of its turns are of it.
  const conversations = Math.ceil(own / kind.share);
  return { name: "kind", what, conversations, pairs: Math.ceil(conversations * Math.max(1, turns)) };
}

/** `single`: pairs if each were a conversation of its own. */
function inConversations(
  single: number | null,
  { turns, clustering }: Talks,
): Pick<Requirement, "conversations" | "pairs"> {
  if (single === null) return { conversations: null, pairs: null };
  const pairs = Math.ceil(single * (1 + (turns - 1) * clustering));
  return { conversations: Math.ceil(pairs / turns), pairs };
}
