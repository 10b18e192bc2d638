import { type Evidence, NO_VECTORS } from "@understudy/evaluation";

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
  const id = storable(experiment);
  const known = await pool.query("SELECT 1 FROM understudy.experiments WHERE id = $1", [id]);
  if (known.rows.length === 0) return null;
  const tallies = await readTallies(pool, id);
  const subset = evenSubset(id, tallies.pairs);
  const [
    latency,
    first_token,
    queue_wait_ms,
    latency_bars,
    sample,
    course,
    worst,
    failures,
    strata,
    reviews,
    units,
    labels,
    vectors,
  ] = await Promise.all([
    readTiming(pool, subset, "ms"),
    readTiming(pool, subset, "first_token_ms"),
    readQueueWait(pool, subset),
    readBars(pool, subset),
    readSample(pool, id),
    readTimeline(pool, id),
    readWorst(pool, subset),
    readFailures(pool, id, tallies.silentErrors),
    readStrata(pool, id),
    readReviews(pool, id),
    readUnits(pool, id),
    readLabels(pool, id, now),
    // Most experiments have none, and need not be read for them.
    tallies.flags.some(({ name }) => name === "missing_vectors") ? readVectors(pool, subset) : NO_VECTORS,
  ]);
  const { silentErrors: _, ...counted } = tallies;
  return {
    ...counted,
    ...course,
    latency,
    first_token,
    queue_wait_ms,
    latency_bars,
    sample,
    worst,
    failures,
    strata,
    reviews,
    units,
    labels,
    vectors,
  };
}
