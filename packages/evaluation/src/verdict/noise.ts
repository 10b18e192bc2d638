import type { Shape } from "../units/shapes.ts";

/** What the control shows of chance, on the requests that candidate and control both answered. */
export interface Noise {
  /** How often the control's answer differs from the primary's, over pairs. */
  readonly floor: number;
  /** Correlation of both differences on one request; null where nothing differs by chance. */
  readonly overlap: number | null;
  /** Correlation of the paired differences inside a conversation, where they vary more than chance allows. */
  readonly clustering: number;
  /** Mean turns of a conversation. */
  readonly turns: number;
  readonly conversations: number;
  readonly pairs: number;
}

/** Two answers that hardly ever differ apart would need no further pairs: nobody has seen that of so few. */
const MOST_OVERLAP = 0.95;

/**
 * Only sums by conversation are kept, so overlap and clustering are told from one variance: of sums d over t turns with mean
 * loss l it is t (2 f (1 - f)(1 - overlap) + l (1 - l)) without clustering. What is above the value for no overlap is clustering.
 * Pairs needed hang on their product alone.
 */
export function noiseOf(shapes: readonly Shape[], kind: string): Noise | null {
  const own = shapes.filter(
    ({ criterion, turns, ...shape }) => criterion === "likeness" && shape.kind === kind && turns > 0,
  );
  const sum = (of: (shape: Shape) => number): number => own.reduce((all, shape) => all + of(shape) * shape.count, 0);
  const pairs = sum(({ turns }) => turns);
  if (pairs === 0) return null;
  const conversations = sum(() => 1);
  const floor = sum(({ control }) => control) / pairs;
  const loss = sum((shape) => shape.sum) / pairs;
  const variance = sum((shape) => (shape.sum - shape.turns * loss) ** 2) / pairs;
  const byLoss = Math.abs(loss) * (1 - Math.abs(loss));
  const byChance = 2 * floor * (1 - floor);
  const most = byChance + byLoss;
  const weighted = sum(({ turns }) => turns ** 2) / pairs;
  const clustering = most > 0 && weighted > 1 ? Math.max(0, (variance / most - 1) / (weighted - 1)) : 0;
  const overlap = byChance === 0 ? null : Math.min(MOST_OVERLAP, Math.max(0, 1 - (variance - byLoss) / byChance));
  return { floor, overlap, clustering: Math.min(1, clustering), turns: pairs / conversations, conversations, pairs };
}
