import {
  isKeptInBlocks,
  type Shape,
  shapesOf,
  type Unit,
  UNITS_IN_BLOCK,
  type UnitValue,
} from "@understudy/evaluation";
import { storable } from "../database/sql-values.ts";
import type { SqlQueryable } from "../database/database.ts";

/** Adds what these conversations are worth to the counts of all. */
export async function addToShapes(sql: SqlQueryable, experiment: string, values: Iterable<UnitValue>): Promise<void> {
  const shapes = shapesOf(values);
  if (shapes.length === 0) return;
  await sql.query(
    `INSERT INTO understudy.unit_shapes AS s (experiment, criterion, kind, turns, sum, control, count)
     SELECT $1, criterion, kind, turns, sum, control, count FROM json_to_recordset($2::json)
       AS g (criterion text, kind text, turns int, sum float8, control float8, count bigint)
     ON CONFLICT (experiment, criterion, kind, turns, sum, control) DO UPDATE SET count = s.count + excluded.count`,
    [storable(experiment), JSON.stringify(shapes)],
  );
}

/** A conversation at its place, as far as its change over time is watched. */
export interface Placed {
  readonly place: number;
  readonly startedAt: number;
  /** Whether it enters now, or only more is known of it: what a judge says. */
  readonly enters: boolean;
  readonly values: readonly UnitValue[];
}

interface BlockRow {
  readonly number: number | string;
  readonly began_at: number | string;
  readonly ended_at: number | string;
  readonly units: number;
  readonly shapes: readonly Shape[];
}

/** Adds to the blocks in which these conversations have their places. */
export async function addToBlocks(sql: SqlQueryable, experiment: string, placed: readonly Placed[]): Promise<void> {
  const byBlock = Map.groupBy(placed, ({ place }) => Math.floor(place / UNITS_IN_BLOCK));
  if (byBlock.size === 0) return;
  const { rows } = await sql.query<BlockRow>(
    `SELECT b.* FROM understudy.unit_blocks b JOIN json_array_elements_text($2::json) n (number) ON b.number = n.number::bigint
     WHERE b.experiment = $1`,
    [storable(experiment), JSON.stringify([...byBlock.keys()])],
  );
  const known = new Map(rows.map((row) => [Number(row.number), row]));
  const blocks = [...byBlock].map(([number, own]) => blockWith(known.get(number), number, own));
  await sql.query(
    `INSERT INTO understudy.unit_blocks (experiment, number, began_at, ended_at, units, shapes)
     SELECT $1, number, began_at, ended_at, units, shapes::json FROM json_to_recordset($2::json)
       AS g (number bigint, began_at bigint, ended_at bigint, units int, shapes text)
     ON CONFLICT (experiment, number) DO UPDATE SET ended_at = excluded.ended_at, units = excluded.units,
       shapes = excluded.shapes`,
    [storable(experiment), JSON.stringify(blocks)],
  );
}

function blockWith(known: BlockRow | undefined, number: number, placed: readonly Placed[]) {
  const entering = placed.filter(({ enters }) => enters);
  const began = known === undefined ? (entering[0]?.startedAt ?? 0) : Number(known.began_at);
  return {
    number,
    began_at: began,
    ended_at: Math.max(Number(known?.ended_at ?? began), entering.at(-1)?.startedAt ?? 0),
    units: (known?.units ?? 0) + entering.length,
    shapes: JSON.stringify(
      merged(known?.shapes ?? [], shapesOf(placed.flatMap(({ values }) => values.filter(isKeptInBlocks)))),
    ),
  };
}

function merged(one: readonly Shape[], other: readonly Shape[]): readonly Shape[] {
  const shapes = new Map<string, Shape>();
  for (const shape of [...one, ...other]) {
    const key = `${shape.criterion} ${shape.turns} ${shape.sum} ${shape.control}`;
    const known = shapes.get(key);
    shapes.set(key, known === undefined ? shape : { ...shape, count: known.count + shape.count });
  }
  return [...shapes.values()];
}

/** Gives entered conversations their places. */
export async function markEntered(
  sql: SqlQueryable,
  experiment: string,
  first: number,
  units: readonly Unit[],
): Promise<void> {
  const places = units.map(({ conversation }, index) => ({ key: conversation, place: first + index }));
  await sql.query(
    `UPDATE understudy.conversations c SET place = g.place
     FROM json_to_recordset($2::json) AS g (key text, place bigint)
     WHERE c.experiment = $1 AND c.key = g.key COLLATE "C"`,
    [storable(experiment), JSON.stringify(places)],
  );
}
