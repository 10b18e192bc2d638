import type { NotJudged, OwnWorth, UnitValue } from "@understudy/evaluation";

/** What a review says of a pair by the operator's rubrics. */
export interface RubricRow {
  readonly judge: "asked" | "nothing_to_judge" | null;
  readonly not_judged: NotJudged | null;
  readonly rubric_set: string | null;
  readonly rubric_high: number | null;
  readonly rubric_low: number | null;
  readonly rubric_told: boolean | null;
}

export const RUBRIC_COLUMNS = "r.rubric_set, r.rubric_high, r.rubric_low, r.rubric_told";

/** A conversation's values by the rubrics that are asked for now; none where none are, or none of its turns was graded. */
export function rubricValues(rows: readonly RubricRow[], set: string | null): readonly UnitValue[] {
  if (set === null) return [];
  const worths = rows.map((row) => worthIn(row, set)).filter((worth) => worth !== null);
  if (worths.length === 0) return [];
  const sum = (of: (worth: OwnWorth) => number): number => worths.reduce((all, worth) => all + of(worth), 0);
  const common = { kind: "", turns: worths.length };
  return [
    { criterion: "rubric", ...common, sum: sum(({ high }) => high), control: sum(({ told }) => (told ? 0 : 1)) },
    { criterion: "rubric_low", ...common, sum: sum(({ low }) => low), control: 0 },
  ];
}

/** Null: not graded, for a reason that hangs on no answer, or by other rubrics. */
function worthIn(row: RubricRow, set: string): OwnWorth | null {
  if (row.judge === "nothing_to_judge") return { high: 1, low: 1, told: false };
  // One answer twice has one grade, and is no nonsense.
  if (row.not_judged === "identical") return { high: 0, low: 0, told: true };
  if (row.rubric_set !== set || row.rubric_high === null) return null;
  return { high: row.rubric_high, low: row.rubric_low ?? -1, told: row.rubric_told === true };
}
