import type { Account, ExperimentKey } from "@understudy/contracts";
import type { SqlPool } from "../database/database.ts";
import { storable } from "../database/sql-values.ts";
import type { ExperimentDetail, ExperimentSummary, SideFigures } from "./experiment-store.ts";

/** Oldest first, those without pairs included. */
export async function listExperiments(pool: SqlPool): Promise<readonly ExperimentSummary[]> {
  const { rows } = await pool.query<Required<ExperimentKey>>(
    `SELECT id, primary_group AS "primary", silent_model AS silent, replay FROM understudy.experiments ORDER BY created_at, id`,
  );
  const tallies = Map.groupBy(await readTallies(pool, null), (tally) => tally.experiment);
  return rows.map((key) => ({ ...key, counts: countsOf(tallies.get(key.id) ?? []) }));
}

/** Null when there is no such experiment. */
export async function readExperiment(pool: SqlPool, id: string): Promise<ExperimentDetail | null> {
  const { rows } = await pool.query<Required<ExperimentKey>>(
    `SELECT id, primary_group AS "primary", silent_model AS silent, replay FROM understudy.experiments WHERE id = $1`,
    [storable(id)],
  );
  const key = rows[0];
  if (key === undefined) return null;
  const counts = countsOf(await readTallies(pool, key.id));
  return {
    ...key,
    counts,
    sides: { primary: await figuresOf(pool, key.id, "primary"), silent: await figuresOf(pool, key.id, "silent") },
  };
}

/** Its account alone, without the figures of both sides. Null when there is no such experiment. */
export async function readAccount(pool: SqlPool, id: string): Promise<Account | null> {
  const known = await pool.query("SELECT 1 FROM understudy.experiments WHERE id = $1", [id]);
  return known.rows.length === 0 ? null : countsOf(await readTallies(pool, id));
}

export interface Tally {
  readonly experiment: string;
  readonly source: "pairs" | "ledger" | "admissions";
  /** A pair's outcome, the ledger's kind, or whether an admission is pending or lost. */
  readonly kind: string;
  readonly reason: string;
  readonly count: number;
}

/** One statement, so that pairs and ledger are seen at the same moment: of the experiment $1, or of all where that is null. */
export const TALLIES = `SELECT experiment, 'pairs' AS source, outcome AS kind, coalesce(reason, '') AS reason, count(*) AS count
     FROM understudy.pairs WHERE $1::text IS NULL OR experiment = $1 GROUP BY experiment, outcome, reason
     UNION ALL
     SELECT experiment, 'ledger', kind, reason, sum(count)
     FROM understudy.ledger WHERE $1::text IS NULL OR experiment = $1 GROUP BY experiment, kind, reason
     UNION ALL
     SELECT experiment, 'admissions', CASE WHEN lost_at IS NULL THEN 'pending' ELSE 'lost' END, '', count(*)
     FROM understudy.admissions a
     WHERE ($1::text IS NULL OR experiment = $1)
       AND NOT EXISTS (SELECT 1 FROM understudy.pairs p WHERE p.id = a.pair_id)
     GROUP BY 1, 3`;

async function readTallies(pool: SqlPool, experiment: string | null): Promise<readonly Tally[]> {
  const { rows } = await pool.query<Omit<Tally, "count"> & { count: number | string }>(TALLIES, [experiment]);
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}

/**
 * admitted = paired + failed + expired + dropped + lost + pending, always: each is counted where it stands. A pair whose
 * gateway has not told of its admission yet, or never will because it was killed, was admitted all the same.
 */
export function countsOf(tallies: readonly Omit<Tally, "experiment">[]): Account {
  const total = (source: Tally["source"], kind?: string): number =>
    tallies
      .filter((tally) => tally.source === source && (kind === undefined || tally.kind === kind))
      .reduce((sum, tally) => sum + tally.count, 0);
  return {
    admitted: total("pairs") + total("ledger", "dropped") + total("admissions"),
    paired: total("pairs", "paired"),
    failed: total("pairs", "failed"),
    expired: total("pairs", "expired"),
    dropped: byReason(tallies, "dropped"),
    lost: total("admissions", "lost"),
    pending: total("admissions", "pending"),
    skipped: byReason(tallies, "skipped"),
  };
}

function byReason(tallies: readonly Omit<Tally, "experiment">[], kind: string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const tally of tallies) {
    if (tally.kind === kind) counts[tally.reason] = (counts[tally.reason] ?? 0) + tally.count;
  }
  return counts;
}

interface FiguresRow {
  readonly calls: number | string;
  readonly errors: number | string;
  readonly latency: readonly [number, number] | null;
  readonly first_token: readonly [number, number] | null;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly token_pairs: number | string;
  readonly cost_usd: number | null;
  readonly cost_pairs: number | string;
}

/**
 * Latencies are those of calls that succeeded: how fast a model fails says nothing of how fast it answers. Tokens and
 * cost are sums over the pairs in which both sides are known: a side that counts more calls would look dearer.
 */
async function figuresOf(pool: SqlPool, experiment: string, side: "primary" | "silent"): Promise<SideFigures> {
  const ok = `FILTER (WHERE ${side}_status = 'ok')`;
  const counted = "FILTER (WHERE primary_input_tokens IS NOT NULL AND silent_input_tokens IS NOT NULL)";
  const priced = "FILTER (WHERE primary_cost_usd IS NOT NULL AND silent_cost_usd IS NOT NULL)";
  const { rows } = await pool.query<FiguresRow>(
    `SELECT count(${side}_status) AS calls,
       count(*) FILTER (WHERE ${side}_status = 'error') AS errors,
       percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY ${side}_latency_ms) ${ok} AS latency,
       percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY ${side}_first_token_ms) ${ok} AS first_token,
       coalesce(sum(${side}_input_tokens) ${counted}, 0) AS input_tokens,
       coalesce(sum(${side}_output_tokens) ${counted}, 0) AS output_tokens,
       count(*) ${counted} AS token_pairs,
       sum(${side}_cost_usd) ${priced} AS cost_usd,
       count(*) ${priced} AS cost_pairs
     FROM understudy.pairs WHERE experiment = $1`,
    [experiment],
  );
  return toSideFigures(rows[0] ?? NO_ROW);
}

const NO_ROW: FiguresRow = {
  calls: 0,
  errors: 0,
  latency: null,
  first_token: null,
  input_tokens: 0,
  output_tokens: 0,
  token_pairs: 0,
  cost_usd: null,
  cost_pairs: 0,
};

function toSideFigures(row: FiguresRow): SideFigures {
  const calls = Number(row.calls);
  const errors = Number(row.errors);
  return {
    calls,
    errors,
    error_rate: calls === 0 ? null : errors / calls,
    latency_ms: percentiles(row.latency),
    first_token_ms: percentiles(row.first_token),
    input_tokens: row.input_tokens,
    output_tokens: row.output_tokens,
    token_pairs: Number(row.token_pairs),
    cost_usd: row.cost_usd,
    cost_pairs: Number(row.cost_pairs),
  };
}

function percentiles(pair: readonly [number, number] | null): { p50: number | null; p95: number | null } {
  return { p50: pair?.[0] ?? null, p95: pair?.[1] ?? null };
}
