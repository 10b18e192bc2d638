import type { ExperimentEvent } from "@understudy/contracts";
import { newId } from "@understudy/runtime";
import { inTransaction, type SqlClient, type SqlPool } from "../database/database.ts";
import { storable } from "../database/sql-values.ts";

/** Those who listen are told the new version on it. */
export const CHANNEL = "understudy_control";
/** Older ones than so many of an experiment are forgotten. */
const EVENTS_KEPT = 10_000;

export interface OneChange {
  readonly client: SqlClient;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly record: (event: NewEvent) => Promise<ExperimentEvent>;
}

/** One that happened now, unless it says when. */
export type NewEvent = Omit<ExperimentEvent, "id" | "at"> & { readonly at?: number };

/**
 * Runs `work` in a transaction of its own, after all changes of others and before the next. Where it has recorded something, the version
 * grows and everybody is told.
 */
export async function inOneChange<T>(pool: SqlPool, now: number, work: (change: OneChange) => Promise<T>): Promise<T> {
  return inTransaction(pool, async (client) => {
    await client.query(
      "INSERT INTO understudy.control AS c (one, version) VALUES (true, 0) ON CONFLICT (one) DO UPDATE SET version = c.version",
    );
    let recorded = false;
    const result = await work({
      client,
      now,
      record(event) {
        recorded = true;
        return saveEvent(client, { at: now, ...event, id: newId("evt", now) });
      },
    });
    if (recorded) {
      await client.query(
        `WITH grown AS (UPDATE understudy.control SET version = version + 1 RETURNING version)
         SELECT pg_notify('${CHANNEL}', version::text) FROM grown`,
      );
    }
    return result;
  });
}

async function saveEvent(client: SqlClient, event: ExperimentEvent): Promise<ExperimentEvent> {
  const { id, experiment, rollout, at, who, kind, changes, reason } = event;
  await client.query(
    `INSERT INTO understudy.experiment_events (id, experiment, rollout, at, who, kind, changes, reason)
     VALUES ($1, $2, $3, $4::bigint, $5, $6, $7::jsonb, $8)`,
    [id, storable(experiment), rollout, at, storable(who), kind, JSON.stringify(changes), storable(reason)],
  );
  await client.query(
    `DELETE FROM understudy.experiment_events WHERE experiment = $1 AND place <= (
       SELECT place FROM understudy.experiment_events WHERE experiment = $1 ORDER BY place DESC OFFSET ${EVENTS_KEPT} LIMIT 1)`,
    [storable(experiment)],
  );
  return event;
}
