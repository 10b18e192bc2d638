import { type Shape, total } from "../units/shapes.ts";
import { logWealthAgainst, logWealthFor, type ValueCount } from "../statistics/e-process.ts";
import { asPercent } from "./words.ts";
import { grown, type Levels, type Measured, NOTHING } from "./measured.ts";

/** What the candidate keeps of what can agree at all: its agreement with the primary as a share of the control's. */
export interface Kept {
  /** 1: as much as the control. Over conversations; null where the control never agrees. */
  readonly estimate: number | null;
  /** Bounds that hold at any time; null where there is none yet. */
  readonly low: number | null;
  readonly high: number | null;
  /** What the margin asks to be kept: 0.95 at a margin of 0.05. */
  readonly least: number;
  readonly state: "pass" | "fail" | "open";
  readonly conversations: number;
  readonly pairs: number;
  /** Whether the verdict goes by it; else it is shown beside the margin in points. */
  readonly decides: boolean;
  /** A sentence for a person, with all of the above. */
  readonly reason: string;
}

/** One conversation's value: in how many of its turns control and candidate agree with the primary, 0 to 1. */
interface Agreements {
  readonly control: number;
  readonly candidate: number;
  readonly count: number;
}

const HALVINGS = 40;
/** Beyond so many times the control's agreement nobody looks. */
const MOST_KEPT = 10;

/**
 * A margin in shares of what can agree: y = least x control's agreement - candidate's agreement, from -1 to `least`, and the bet
 * is that its mean is below 0. A candidate that never agrees has no y below 0, so it can never win, however seldom the control
 * agrees: no headroom has to be shown. Values are means over a conversation's turns.
 */
export function keptOf(shapes: readonly Shape[], kind: string, { least, levels, decides }: KeptQuestion): Kept {
  const { estimate, pairs, conversations, decidedAt, low, high } = measuredKept(shapes, kind, { least, levels });
  const kept = { estimate, low, high, least, state: decidedAt(1), conversations, pairs, decides };
  return { ...kept, reason: reasonOf(kept) };
}

function reasonOf({ estimate, low, high, least, state, decides }: Omit<Kept, "reason">): string {
  if (estimate === null) return "the control never agrees: there is nothing to keep";
  const bounds = [low === null ? [] : `at least ${asPercent(low)}`, high === null ? [] : `at most ${asPercent(high)}`];
  const within = bounds.flat().length === 0 ? "" : ` (${bounds.flat().join(", ")}, at any time)`;
  const shown = { pass: "shown", fail: "refuted", open: "not shown" }[state];
  const asked = decides ? "" : "; the verdict does not ask for it";
  return `keeps ${asPercent(estimate)} of what can agree${within}; that it keeps ${asPercent(least)} is ${shown}${asked}`;
}

export interface KeptQuestion {
  readonly least: number;
  readonly levels: Levels;
  readonly decides: boolean;
}

/** The same as any other criterion is measured, in shares kept. */
export function measuredKept(
  shapes: readonly Shape[],
  kind: string,
  { least, levels }: Omit<KeptQuestion, "decides">,
): Measured {
  const own = shapes.filter((shape) => shape.criterion === "likeness" && shape.kind === kind && shape.turns > 0);
  if (own.length === 0) return NOTHING;
  const agreements = own.map(({ turns, sum, control, count }) => ({
    control: 1 - control / turns,
    candidate: 1 - (sum + control) / turns,
    count,
  }));
  const pairs = own.reduce((all, { turns, count }) => all + turns * count, 0);
  const conversations = total(own.map(({ count }) => ({ value: 0, count })));
  const enough = { pass: Math.log(1 / levels.pass), fail: Math.log(1 / levels.fail) };
  const keeps = (share: number, growth = 1): boolean => logOfKeeping(agreements, share, growth) >= enough.pass;
  const loses = (share: number, growth = 1): boolean => logOfLosing(agreements, share, growth) >= enough.fail;
  const estimate = ratioOf(agreements);
  return {
    estimate,
    pair_estimate: pairs === conversations ? null : pairShare(own),
    low: largest((share) => keeps(share), estimate ?? 0),
    high: estimate === null ? null : smallest((share) => loses(share), estimate),
    conversations,
    pairs,
    decidedAt: (growth) => (keeps(least, growth) ? "pass" : loses(least, growth) ? "fail" : "open"),
  };
}

/** That it keeps more than this share. It falls with the share, so the bound is found by halving. */
function logOfKeeping(agreements: readonly Agreements[], share: number, growth: number): number {
  return logWealthAgainst(0, valuesAt(agreements, share, growth), share);
}

/** That it keeps less; this one rises. */
function logOfLosing(agreements: readonly Agreements[], share: number, growth: number): number {
  return logWealthFor(0, valuesAt(agreements, share, growth), -1);
}

function valuesAt(agreements: readonly Agreements[], share: number, growth: number): readonly ValueCount[] {
  const values = agreements.map(({ control, candidate, count }) => ({ value: share * control - candidate, count }));
  return grown(values, growth);
}

function ratioOf(agreements: readonly Agreements[]): number | null {
  const sum = (of: "control" | "candidate"): number => agreements.reduce((all, one) => all + one[of] * one.count, 0);
  const control = sum("control");
  return control === 0 ? null : sum("candidate") / control;
}

/** Over pairs, where long conversations weigh more. */
function pairShare(shapes: readonly Shape[]): number | null {
  let [control, candidate] = [0, 0];
  for (const { turns, sum, control: differed, count } of shapes) {
    control += (turns - differed) * count;
    candidate += (turns - sum - differed) * count;
  }
  return control === 0 ? null : candidate / control;
}

/** The largest share below the estimate of which the test holds; it holds for all smaller ones. */
function largest(holds: (share: number) => boolean, estimate: number): number | null {
  let [low, high] = [0, estimate];
  for (let step = 0; step < HALVINGS; step += 1) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low === 0 ? null : low;
}

/** The smallest share above the estimate of which the test holds; it holds for all larger ones. */
function smallest(holds: (share: number) => boolean, estimate: number): number | null {
  if (!holds(MOST_KEPT)) return null;
  let [low, high] = [estimate, MOST_KEPT];
  for (let step = 0; step < HALVINGS; step += 1) {
    const middle = (low + high) / 2;
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}
