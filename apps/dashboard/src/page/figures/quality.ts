import type { CriterionName, CriterionOverview } from "@understudy/contracts";
import { facing, type MarkKind, markOf } from "./criterion-words.ts";
import { roomLeft } from "./scale.ts";

const COLUMNS = {
  Quality: ["checks", "own_checks", "rubric", "judge", "labels", "likeness"],
  Errors: ["errors"],
  Latency: ["latency", "first_token"],
  Cost: ["cost"],
} as const satisfies Readonly<Record<string, readonly CriterionName[]>>;

export type ColumnName = keyof typeof COLUMNS;
export const COLUMN_NAMES = Object.keys(COLUMNS) as readonly ColumnName[];

/** Those of one kind, by what needs a look first: beyond, then open, then the one with the least room left. */
const ORDER: readonly MarkKind[] = ["beyond", "open", "holds", "none"];

/** The one criterion that stands for a column; null where none of it is asked for. */
export function columnOf<T extends CriterionOverview>(criteria: readonly T[], column: ColumnName): T | null {
  const names: readonly CriterionName[] = COLUMNS[column];
  const own = criteria.filter(({ name, state }) => names.includes(name) && state !== "off");
  return own.toSorted((one, other) => rank(one) - rank(other) || room(one) - room(other))[0] ?? null;
}

function rank(criterion: CriterionOverview): number {
  return ORDER.indexOf(markOf(criterion));
}

function room(criterion: CriterionOverview): number {
  const bound = facing(criterion);
  return bound === null || criterion.margin === null ? Infinity : roomLeft(bound, criterion.unit, criterion.margin);
}
