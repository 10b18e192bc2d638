import {
  type LatencyBar,
  P50_ALPHA,
  P95_ALPHA,
  P95_FAIL_ALPHA,
  quantileRanks,
  type TimingEvidence,
} from "@understudy/evaluation";

import type { SqlPool } from "../database/database.ts";

/** Figures of order sort their values, so of very many pairs an even part is taken. */
const MOST_SORTED = 50_000;

/** The pairs of an experiment whose `draw` is below a bound: all of them, or about as many as can be sorted at once. */
export interface Subset {
  readonly where: string;
  readonly params: readonly unknown[];
}

export function evenSubset(experiment: string, pairs: number): Subset {
  if (pairs <= MOST_SORTED) return { where: "experiment = $1", params: [experiment] };
  // Halved at each doubling, and not in between: else pairs would leave the part again while one watches it.
  const part = 2 ** -Math.ceil(Math.log2(pairs / MOST_SORTED));
  return { where: "experiment = $1 AND draw < $2::double precision", params: [experiment, part] };
}

type Column = "ms" | "first_token_ms";

interface TimingRow {
  readonly pairs: number | string;
  readonly primary: readonly number[] | null;
  readonly silent: readonly number[] | null;
}

/** Of pairs in which both calls succeeded: how fast a model fails says nothing of how fast it answers. */
export async function readTiming(pool: SqlPool, subset: Subset, column: Column): Promise<TimingEvidence> {
  const known = `${subset.where} AND both_ok AND primary_${column} IS NOT NULL AND silent_${column} IS NOT NULL`;
  const { rows } = await pool.query<TimingRow>(
    `SELECT count(*) AS pairs,
       percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY primary_${column}) AS "primary",
       percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY silent_${column}) AS silent
     FROM understudy.figures WHERE ${known}`,
    subset.params,
  );
  const pairs = Number(rows[0]?.pairs ?? 0);
  const pass = quantileRanks(pairs, 0.95, P95_ALPHA);
  const fail = quantileRanks(pairs, 0.95, P95_FAIL_ALPHA);
  const atRank = async (side: "primary" | "silent", rank: number | null): Promise<number | null> => {
    if (rank === null) return null;
    const found = await pool.query<{ value: number }>(
      `SELECT ${side}_${column} AS value FROM understudy.figures WHERE ${known} ORDER BY 1 OFFSET ${rank - 1} LIMIT 1`,
      subset.params,
    );
    return found.rows[0]?.value ?? null;
  };
  const bounds = async (side: "primary" | "silent", low: number | null, high: number | null) => {
    const [lower, upper] = await Promise.all([atRank(side, low), atRank(side, high)]);
    return { low: lower, high: upper };
  };
  // Nothing is decided by the time to the first token, so its bounds are not looked for.
  const none = { low: null, high: null };
  const bounded =
    column === "ms"
      ? await Promise.all([bounds("primary", pass.low, fail.high), bounds("silent", fail.low, pass.high)])
      : [none, none];
  return {
    pairs,
    primary: percentiles(rows[0]?.primary),
    silent: percentiles(rows[0]?.silent),
    p95_bounds: { primary: bounded[0] ?? none, silent: bounded[1] ?? none },
    ratio: await readRatio(pool, { ...subset, where: known }, column, pairs),
    taken_from: pairs,
  };
}

/** Of silent over primary, pair by pair: the median, and the observations that bound it. */
async function readRatio(
  pool: SqlPool,
  known: Subset,
  column: Column,
  pairs: number,
): Promise<TimingEvidence["ratio"]> {
  const { low, high } = quantileRanks(pairs, 0.5, P50_ALPHA);
  // Half a rank less, so that no rounding leads to the next observation.
  const at = [low, high].map((rank) => (rank === null ? 0.5 : (rank - 0.5) / pairs));
  const { rows } = await pool.query<{ ratios: readonly number[] | null }>(
    `SELECT percentile_disc(ARRAY[0.5, ${at.join(", ")}]) WITHIN GROUP (ORDER BY silent_${column} / primary_${column}) AS ratios
     FROM understudy.figures WHERE ${known.where} AND primary_${column} > 0`,
    known.params,
  );
  const [p50 = null, below = null, above = null] = rows[0]?.ratios ?? [];
  return { p50, low: low === null ? null : below, high: high === null ? null : above };
}

export async function readQueueWait(pool: SqlPool, subset: Subset): Promise<TimingEvidence["primary"]> {
  const { rows } = await pool.query<{ wait: readonly number[] | null }>(
    `SELECT percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY queue_wait_ms) AS wait
     FROM understudy.figures WHERE ${subset.where}`,
    subset.params,
  );
  return percentiles(rows[0]?.wait);
}

/** Bars of equal width on a logarithmic axis, four for each doubling. */
const BARS_PER_DOUBLING = 4;

/** How often each side took how long. */
export async function readBars(pool: SqlPool, subset: Subset): Promise<readonly LatencyBar[]> {
  const bar = (side: string): string => `floor(ln(greatest(${side}_ms, 1)) / ln(2) * ${BARS_PER_DOUBLING})::int`;
  const { rows } = await pool.query<{ side: "primary" | "silent"; bar: number; count: number | string }>(
    `SELECT side, bar, count(*) AS count FROM (
       SELECT unnest(ARRAY['primary', 'silent']) AS side, unnest(ARRAY[${bar("primary")}, ${bar("silent")}]) AS bar
       FROM understudy.figures WHERE ${subset.where} AND both_ok
     ) bars WHERE bar IS NOT NULL GROUP BY side, bar`,
    subset.params,
  );
  if (rows.length === 0) return [];
  const counts = new Map(rows.map((row) => [`${row.side} ${row.bar}`, Number(row.count)]));
  const places = rows.map((row) => row.bar);
  const [first, last] = [Math.min(...places), Math.max(...places)];
  const edge = (place: number): number => 2 ** (place / BARS_PER_DOUBLING);
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const place = first + index;
    const of = (side: string): number => counts.get(`${side} ${place}`) ?? 0;
    return { from_ms: edge(place), to_ms: edge(place + 1), primary: of("primary"), silent: of("silent") };
  });
}

function percentiles(pair: readonly number[] | null | undefined): { p50: number | null; p95: number | null } {
  return { p50: pair?.[0] ?? null, p95: pair?.[1] ?? null };
}
