import type { Judgement, JudgeSays, NotJudged, UnitValue } from "@understudy/evaluation";
import type { SqlClient } from "../database/database.ts";
import { drawLabels, type JudgedTurn } from "../labels/draw-labels.ts";
import { storable } from "../database/sql-values.ts";
import { addToBlocks, addToShapes, type Placed } from "./add-units.ts";
import type { Progress } from "./progress.ts";
import { RUBRIC_COLUMNS, type RubricRow, rubricValues } from "./rubric-values.ts";
import type { UnitTask } from "./unit-task.ts";

const MOST_AT_ONCE = 2_000;
/** A review that is not there so long after its pair never will be: it is given up an hour after it was asked for. */
const OVERDUE_MS = 3 * 3_600_000;

interface JudgedRow extends RubricRow {
  readonly pair_id: string;
  readonly place: number | string;
  readonly started_at: number | string;
  readonly judge: "asked" | "nothing_to_judge" | null;
  readonly created_at: number | string;
  readonly judgement: Judgement | null;
  readonly not_judged: NotJudged | null;
  readonly reviewed: boolean;
}

/**
 * Adds what the judge says of conversations that have entered, in their order, up to the first of which a review is still
 * to come: to take in at once those that are quickly judged would be a selection.
 */
export async function foldJudged(
  client: SqlClient,
  task: UnitTask,
  before: Progress,
  now: number,
): Promise<{ readonly progress: Progress; readonly more: boolean }> {
  const { experiment } = task;
  if (before.judgedTo >= before.conversations) return { progress: before, more: false };
  const to = Math.min(before.conversations, before.judgedTo + MOST_AT_ONCE);
  const rows = await readJudged(client, task, before.judgedTo, to);
  const waiting = rows.find(
    (row) => row.judge === "asked" && !row.reviewed && now - Number(row.created_at) < OVERDUE_MS,
  );
  const judgedTo = waiting === undefined ? to : Number(waiting.place);
  const drawn = rows.filter(({ place, judge }) => Number(place) < judgedTo && judge !== null);
  const placed = [...Map.groupBy(drawn, ({ place }) => Number(place))].map(([place, own]) =>
    placedOf(place, own, task),
  );
  await addToShapes(
    client,
    experiment,
    placed.flatMap(({ values }) => values),
  );
  await addToBlocks(client, experiment, placed);
  if (task.labels !== null) await drawLabels(client, experiment, drawn.map(turnOf), { ...task.labels, now });
  return { progress: { ...before, judgedTo }, more: waiting === undefined && to < before.conversations };
}

async function readJudged(
  client: SqlClient,
  { experiment, horizonMs }: UnitTask,
  from: number,
  to: number,
): Promise<readonly JudgedRow[]> {
  const { rows } = await client.query<JudgedRow>(
    `SELECT c.place, c.started_at, f.pair_id, f.judge, f.created_at, r.judgement, r.not_judged, r.pair_id IS NOT NULL AS reviewed,
       ${RUBRIC_COLUMNS}
     FROM understudy.conversations c
     JOIN understudy.figures f ON f.experiment = $1 AND f.conversation = c.key AND f.admitted_at IS NOT NULL
       AND f.admitted_at <= c.started_at + $4::bigint AND f.judge IS NOT NULL
     LEFT JOIN understudy.reviews r ON r.pair_id = f.pair_id
     WHERE c.experiment = $1 AND c.place >= $2 AND c.place < $3
     ORDER BY c.place, f.admitted_at, f.pair_id`,
    [storable(experiment), from, to, horizonMs],
  );
  return rows;
}

function placedOf(place: number, rows: readonly JudgedRow[], { rubrics = null }: UnitTask): Placed {
  const told = rows.map(saysOf).flatMap((says) => (says === null ? [] : [WORTH[says]]));
  const value = (criterion: "judge" | "judge_low", of: (one: Preference) => number): UnitValue => ({
    criterion,
    kind: "",
    turns: told.length,
    sum: told.reduce((sum, one) => sum + of(one), 0),
    control: 0,
  });
  const values = told.length === 0 ? [] : [value("judge", ({ high }) => high), value("judge_low", ({ low }) => low)];
  const startedAt = Number(rows[0]?.started_at ?? 0);
  return { place, startedAt, enters: false, values: [...values, ...rubricValues(rows, rubrics)] };
}

function turnOf(row: JudgedRow): JudgedTurn {
  const { place, started_at, pair_id } = row;
  return { place: Number(place), startedAt: Number(started_at), pairId: pair_id, says: saysOf(row) };
}

/** Null: not asked for a reason that hangs on no answer. */
function saysOf({ judge, judgement, not_judged }: JudgedRow): JudgeSays | null {
  if (judge === "nothing_to_judge") return "nothing";
  if (not_judged === "over_budget" || not_judged === "price_unknown" || not_judged === "not_sampled") return null;
  if (not_judged === "identical") return "identical";
  switch (judgement) {
    case "prefer_primary":
      return "primary";
    case "prefer_silent":
      return "silent";
    case "tie":
    case "order_dependent":
      return "same";
    case "unparseable":
    case null:
      return "unreadable";
  }
}

/** What each is worth to the judge's criterion. */
const WORTH: Readonly<Record<JudgeSays, Preference>> = {
  primary: { high: 1, low: 1 },
  silent: { high: -1, low: -1 },
  same: { high: 0, low: 0 },
  identical: { high: 0, low: 0 },
  nothing: { high: 1, low: 1 },
  unreadable: { high: 1, low: -1 },
};

/** 1: the primary's answer is preferred; apart where it is not known: at its worst for a pass, at its best for a fail. */
interface Preference {
  readonly high: number;
  readonly low: number;
}
