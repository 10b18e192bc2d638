import type { Evidence } from "@understudy/evaluation";

import type { SqlPool } from "./database.ts";
import { readReviews } from "./evidence/reviews.ts";
import { readSample } from "./evidence/sample.ts";
import { readStrata } from "./evidence/strata.ts";
import { readFailures, readTallies } from "./evidence/tallies.ts";
import { readTimeline } from "./evidence/timeline.ts";
import { evenSubset, readBars, readQueueWait, readTiming } from "./evidence/timing.ts";
import { readWorst } from "./evidence/worst.ts";
import { storable } from "./pair-row.ts";

/** All that a report is made from; null when there is no such experiment. Reads of a million pairs run side by side. */
export async function readEvidence(pool: SqlPool, experiment: string): Promise<Evidence | null> {
  const id = storable(experiment);
  const known = await pool.query("SELECT 1 FROM understudy.experiments WHERE id = $1", [id]);
  if (known.rows.length === 0) return null;
  const tallies = await readTallies(pool, id);
  const subset = evenSubset(id, tallies.pairs);
  const [latency, first_token, queue_wait_ms, latency_bars, sample, course, worst, failures, strata, reviews] =
    await Promise.all([
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
  };
}
