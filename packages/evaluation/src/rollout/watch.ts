import { type Block, total, UNITS_IN_BLOCK } from "../units/shapes.ts";
import { alarmsOf } from "../verdict/change-detector.ts";
import { conversationsOfAnEqual, newestWindow, type RecentWindow } from "../verdict/recent-window.ts";
import { smallestPassing } from "../verdict/smallest-passing.ts";
import { ALPHA } from "../verdict/verdict.ts";
import { chanceIn } from "./chance.ts";
import type { GuardedCriterion, GuardQuestion } from "./questions.ts";
import type { Halves } from "./halves.ts";

/** An alarm at so many holds a rollout and alerts. */
const HOLDS_AT = 5_000;
/** Above a floor of one in ten, chance alone would raise that in a third of all watches: so many roll back there. */
const NOISY_ROLLS_BACK_AT = 20_000;
const NOISY = 0.1;
/** A paired difference is other than 0 so often where both sides differ by chance in one of ten, with the usual overlap of 0.3. */
const NOISY_PAIRED = 2 * NOISY * (1 - NOISY) * 0.7;
/** Both are simulated for a watch of so many answers; a longer one asks for more in proportion. */
const SIMULATED_ANSWERS = 100_000;
/** Fewer say nothing of a change. */
const FEWEST_IN_WINDOW = 60;
const SHORTEST_WINDOW = 200;
const LONGEST_WINDOW = 20_000;

/** What the course of time says of one criterion over what clients got. */
export interface Watch {
  readonly name: GuardedCriterion;
  /** Epoch milliseconds of the newest alarm that holds, and of the first that rolls back; null without one. */
  readonly alarmedAt: number | null;
  readonly rollsBackSince: number | null;
  /** The newest conversations where their mean is beyond the margin; null where it is not. */
  readonly window: (RecentWindow & { readonly loss: number; readonly margin: number }) | null;
}

/** Quality and errors, over what clients got: a candidate that was good for long and is not now. */
export function watchOver(questions: readonly GuardQuestion[], halves: Halves): readonly Watch[] {
  return questions
    .filter(({ of, unit }) => of === "served" && unit === "points")
    .map((question) => watchOne(question, halves));
}

function watchOne({ name, margin, beyond, within }: GuardQuestion, { blocks, chance }: Halves): Watch {
  const [part] = beyond;
  const min = part?.min ?? -1;
  const byChance = name === "likeness" ? chanceIn(chance, ALPHA, "apart") : { expected: 0, most: 0 };
  const at = { margin: margin + byChance.most, min };
  const counts = within[0]?.counts ?? [];
  const conversations = total(counts);
  const differing = total(counts.filter(({ value }) => value !== 0)) / Math.max(1, conversations);
  const noisy = name === "likeness" ? byChance.expected > NOISY : differing > NOISY_PAIRED;
  const longer = Math.max(1, (blocks.length * UNITS_IN_BLOCK) / SIMULATED_ANSWERS);
  const limit = (noisy ? NOISY_ROLLS_BACK_AT : HOLDS_AT) * longer;
  const length =
    name === "likeness"
      ? lengthByChance(byChance.expected, margin)
      : (conversationsOfAnEqual(counts, margin) ?? LONGEST_WINDOW);
  return {
    name,
    alarmedAt: alarmsOf(blocks, name, { ...at, limit: HOLDS_AT }).at(-1)?.at ?? null,
    rollsBackSince: alarmsOf(blocks, name, { ...at, limit })[0]?.at ?? null,
    window: beyondIn(blocks, { name, margin, chance: byChance.expected, length: Math.max(SHORTEST_WINDOW, length) }),
  };
}

/** As long as an equal candidate takes to pass that differs as often as chance has it, should luck be even. */
function lengthByChance(chance: number, margin: number): number {
  const law = [
    { value: 1, count: chance },
    { value: 0, count: 1 - chance },
  ];
  return (
    smallestPassing(law, { margin: Math.min(0.99, chance + margin), alpha: ALPHA, longest: LONGEST_WINDOW }) ??
    LONGEST_WINDOW
  );
}

function beyondIn(
  blocks: readonly Block[],
  { name, margin, chance, length }: { name: GuardedCriterion; margin: number; chance: number; length: number },
): Watch["window"] {
  const window = newestWindow(blocks, name, length);
  if (window.mean === null || window.conversations < FEWEST_IN_WINDOW) return null;
  const loss = window.mean - chance;
  return loss > margin ? { ...window, loss, margin } : null;
}
