import type { Needed } from "./requirements.ts";
import { type Plan, type Requirement, withLuck } from "./plan.ts";

interface Asked {
  readonly pairs_a_day: number | null;
  /** Days that the pairs must cover. */
  readonly least: number;
  /** Why no number of pairs would do. */
  readonly never: string | null;
}

export type Timetable = Pick<Plan, "pairs_a_day" | "requirements" | "binds" | "pairs" | "days" | "never">;

/** When all that is needed is there: what takes longest says it. */
export function timetableOf(needed: readonly Needed[], { pairs_a_day, least, never }: Asked): Timetable {
  const daysOf = (pairs: number | null): number | null =>
    pairs === null || pairs_a_day === null ? null : pairs / pairs_a_day;
  const span = {
    name: "span",
    what: "least time to be covered",
    conversations: null,
    pairs: null,
    days: least,
  } as const;
  const requirements = [...needed.map((one) => ({ ...one, days: daysOf(one.pairs) })), span];
  const pairs = never === null ? mostOf(needed) : null;
  return {
    pairs_a_day,
    requirements,
    binds: never === null ? lastOf(requirements) : null,
    pairs: pairs === null ? null : withLuck(pairs),
    days: pairs === null || pairs_a_day === null ? null : daysBetween(pairs, { pairs_a_day, least }),
    never,
  };
}

function mostOf(needed: readonly Needed[]): number | null {
  const pairs = needed.map((one) => one.pairs);
  return pairs.includes(null) ? null : Math.max(...pairs.map((one) => one ?? 0));
}

/** Of what cannot be foreseen the first; else what takes longest, in days where the pace is known. */
function lastOf(requirements: readonly Requirement[]): Plan["binds"] {
  const counted = requirements.filter(({ name }) => name !== "span");
  const unforeseen = counted.find(({ pairs }) => pairs === null);
  if (unforeseen !== undefined) return unforeseen.name;
  const by = counted.every(({ days }) => days !== null) ? "days" : "pairs";
  return requirements.reduce((most, one) => ((one[by] ?? 0) > (most[by] ?? 0) ? one : most)).name;
}

function daysBetween(pairs: number, { pairs_a_day, least }: { readonly pairs_a_day: number; readonly least: number }) {
  const { expected, from, to } = withLuck(pairs);
  const daysOf = (count: number): number => Math.max(count / pairs_a_day, least);
  return { expected: daysOf(expected), from: daysOf(from), to: daysOf(to) };
}
