import { type Block, BLOCKS_WATCHED, NO_UNITS, type Shape, type UnitEvidence } from "@understudy/evaluation";
import type { SqlPool } from "../database/database.ts";
import { type Progress, readProgress } from "./progress.ts";
import { isReverse, rolloutIn } from "./unit-task.ts";

interface BlockRow {
  readonly number: number | string;
  readonly began_at: number | string;
  readonly ended_at: number | string;
  readonly units: number;
  readonly shapes: readonly Shape[];
}

type ShapeRow = Omit<Shape, "count"> & { readonly count: number | string };

/** What an experiment's conversations are worth so far, as the last fold left it. */
export async function readUnits(pool: SqlPool, experiment: string): Promise<UnitEvidence> {
  return (await readRuledUnits(pool, experiment)).units;
}

/** The same with the rules by which they became bets: under others all begins anew, and counts of then and now do not compare. */
export interface RuledUnits {
  /** Null before any has entered. */
  readonly rules: string | null;
  /** Whether they are those of a rollout's other half: signs of latency are of the old model over the candidate. */
  readonly reverse: boolean;
  /** The rollout whose pairs alone were counted, where they were told apart. */
  readonly rollout: string | null;
  readonly units: UnitEvidence;
}

export async function readRuledUnits(pool: SqlPool, experiment: string): Promise<RuledUnits> {
  const progress = await readProgress(pool, experiment);
  if (progress === null) return { rules: null, reverse: false, rollout: null, units: NO_UNITS };
  const { rules } = progress;
  return {
    rules,
    reverse: isReverse(rules),
    rollout: rolloutIn(rules),
    units: await unitsUnder(pool, experiment, progress),
  };
}

async function unitsUnder(
  pool: SqlPool,
  experiment: string,
  progress: Progress & { readonly rules: string },
): Promise<UnitEvidence> {
  const [, control, controlled, , , , cost, ownChecks] = JSON.parse(progress.rules) as RulesRead;
  const [shapes, newest, first, open, difference] = await Promise.all([
    pool.query<ShapeRow>(
      "SELECT criterion, kind, turns, sum, control, count FROM understudy.unit_shapes WHERE experiment = $1",
      [experiment],
    ),
    pool.query<BlockRow>(
      `SELECT * FROM understudy.unit_blocks WHERE experiment = $1 ORDER BY number DESC LIMIT ${BLOCKS_WATCHED}`,
      [experiment],
    ),
    pool.query<{ began_at: number | string }>(
      "SELECT began_at FROM understudy.unit_blocks WHERE experiment = $1 AND number = 0",
      [experiment],
    ),
    pool.query<{ open: number | string }>(
      "SELECT count(*) AS open FROM understudy.conversations WHERE experiment = $1 AND place IS NULL",
      [experiment],
    ),
    readLoss(pool, experiment, progress.heaviest, { control, ownChecks }),
  ]);
  const { costs } = progress;
  const blocks = newest.rows.map(blockOf).toReversed();
  const known = !costs.broken && costs.pairs > 0;
  return {
    conversations: progress.conversations,
    pairs: progress.pairs,
    open: Number(open.rows[0]?.open ?? 0),
    controlled,
    shapes: shapes.rows.map((row) => ({ ...row, count: Number(row.count) })),
    spanMs: (blocks.at(-1)?.to ?? 0) - Number(first.rows[0]?.began_at ?? 0),
    blocks,
    heaviest: progress.heaviest === null ? null : { pairs: progress.heaviestPairs, difference },
    cost: {
      conversations: costs.conversations,
      pairs: costs.pairs,
      silent_cap: cost.silentCap,
      primary_cap: cost.primaryCap,
      below: known && cost.silentCap !== null ? costs.below : null,
      above: known && cost.primaryCap !== null ? costs.above : null,
    },
  };
}

type RulesRead = readonly [
  version: number,
  control: string | null,
  controlled: boolean,
  higherRung: boolean,
  latency: number | null,
  horizonMs: number,
  cost: { readonly margin: number | null; readonly silentCap: number | null; readonly primaryCap: number | null },
  ownChecks?: string | null,
];

function blockOf({ number, began_at, ended_at, units, shapes }: BlockRow): Block {
  return { number: Number(number), from: Number(began_at), to: Number(ended_at), units, shapes };
}

/** What one conversation loses by itself, in checks, in those of one's own, or where likeness can tell. */
async function readLoss(
  pool: SqlPool,
  experiment: string,
  key: string | null,
  { control, ownChecks }: { readonly control: string | null; readonly ownChecks?: string | null | undefined },
): Promise<number | null> {
  if (key === null) return null;
  const { rows } = await pool.query<{ loss: number | null }>(
    `SELECT avg(greatest(f.checks, CASE WHEN f.own_set = $4 THEN f.own_high END, CASE WHEN f.answer_kind IN ('tool_calls', 'json', 'closed', 'refusal') THEN f.differs - coalesce(c.differs, 0) END))::float8 AS loss
     FROM understudy.figures f
     JOIN understudy.pairs p ON p.id = f.pair_id
     LEFT JOIN understudy.pairs cp ON cp.request_id = p.request_id AND cp.experiment = $3
     LEFT JOIN understudy.figures c ON c.pair_id = cp.id
     WHERE f.experiment = $1 AND f.conversation = $2`,
    [experiment, key, control, ownChecks ?? null],
  );
  return rows[0]?.loss ?? null;
}
