import { type Evidence, NO_VECTORS, type VerdictEvidence } from "@understudy/evaluation";

import type { SqlPool } from "../database/database.ts";
import { readReviews } from "./reviews.ts";
import { readSample } from "./sample.ts";
import { readStrata } from "./strata.ts";
import { readFailures, readTallies } from "./tallies.ts";
import { readTimeline } from "./timeline.ts";
import { readLabels } from "../labels/label-queue.ts";
import { evenSubset, readBars, readQueueWait, readTiming } from "./timing.ts";
import { readVectors } from "./vectors.ts";
import { readUnits } from "../units/read-units.ts";
import { readWorst } from "./worst.ts";
import { storable } from "../database/sql-values.ts";

/** All that a report is made from; null when there is no such experiment. Reads of a million pairs run side by side. */
export async function readEvidence(pool: SqlPool, experiment: string, now: number): Promise<Evidence | null> {
  const read = await readWithSubset(pool, experiment, now);
  if (read === null) return null;
  const { evidence, course, subset } = read;
  const [queue_wait_ms, latency_bars, sample, worst, vectors] = await Promise.all([
    readQueueWait(pool, subset),
    readBars(pool, subset),
    readSample(pool, storable(experiment)),
    readWorst(pool, subset),
    // Most experiments have none, and need not be read for them.
    evidence.flags.some(({ name }) => name === "missing_vectors") ? readVectors(pool, subset) : NO_VECTORS,
  ]);
  return { ...evidence, ...course, latency_bars, queue_wait_ms, sample, worst, vectors };
}

/** What a verdict is computed from alone; null when there is no such experiment. */
export async function readVerdictEvidence(
  pool: SqlPool,
  experiment: string,
  now: number,
): Promise<VerdictEvidence | null> {
  return (await readWithSubset(pool, experiment, now))?.evidence ?? null;
}

async function readWithSubset(pool: SqlPool, experiment: string, now: number) {
  const id = storable(experiment);
  const known = await pool.query("SELECT 1 FROM understudy.experiments WHERE id = $1", [id]);
  if (known.rows.length === 0) return null;
  const { silentErrors, ...counted } = await readTallies(pool, id);
  const subset = evenSubset(id, counted.pairs);
  const [latency, first_token, course, failures, strata, reviews, units, labels] = await Promise.all([
    readTiming(pool, subset, "ms"),
    readTiming(pool, subset, "first_token_ms"),
    readTimeline(pool, id),
    readFailures(pool, id, silentErrors),
    readStrata(pool, id),
    readReviews(pool, id),
    readUnits(pool, id),
    readLabels(pool, id, now),
  ]);
  const { cost, tokens } = course;
  const evidence: VerdictEvidence = {
    ...counted,
    cost,
    tokens,
    latency,
    first_token,
    failures,
    strata,
    reviews,
    units,
    labels,
  };
  return { evidence, course, subset };
}
