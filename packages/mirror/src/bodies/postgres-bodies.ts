import type { Clock } from "@understudy/runtime";
import type { BodyHold, BodyStore } from "./body-store.ts";

/** What this file asks of a pool. */
export interface BodiesPool {
  query(text: string, params?: readonly unknown[]): Promise<{ rows: unknown[] }>;
}

export interface PostgresBodiesOptions {
  readonly pool: BodiesPool;
  readonly clock: Clock;
  /** Bodies of failed jobs, on each queue. */
  readonly failedKept: number;
  /** Told when expired bodies could not be deleted. */
  readonly trouble: (error: unknown) => void;
}

/**
 * The holders stand in the body's own row: whoever deletes it when they are none has the row's lock, and sees one that
 * was added meanwhile.
 */
const PUT = `
INSERT INTO understudy.bodies AS stored (key, data, holders, expires_at) VALUES ($1, $2, ARRAY[$3::text], $4)
ON CONFLICT (key) DO UPDATE SET
  holders = array_append(array_remove(stored.holders, $3::text), $3::text),
  expires_at = greatest(stored.expires_at, excluded.expires_at)`;
const GET = "SELECT data FROM understudy.bodies WHERE key = $1 AND expires_at > $2";
const LET_GO = "UPDATE understudy.bodies SET holders = array_remove(holders, $2::text) WHERE key = $1";
const DELETE_UNHELD = "DELETE FROM understudy.bodies WHERE key = $1 AND holders = '{}'";

const NOTE_FAILED = `
INSERT INTO understudy.failed_bodies (queue, key, holder, failed_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (queue, key, holder) DO UPDATE SET failed_at = excluded.failed_at`;
const TAKE_EARLIEST = `
DELETE FROM understudy.failed_bodies WHERE (queue, key, holder) IN (
  SELECT queue, key, holder FROM understudy.failed_bodies WHERE queue = $1
  ORDER BY failed_at DESC, key, holder OFFSET $2
) RETURNING key, holder`;

const DELETE_EXPIRED = "DELETE FROM understudy.bodies WHERE expires_at <= $1";
const FORGET_GONE = `
DELETE FROM understudy.failed_bodies AS failed
WHERE NOT EXISTS (SELECT FROM understudy.bodies WHERE bodies.key = failed.key)`;
const SWEEP_EVERY_MS = 60_000;

export function createPostgresBodies({ pool, clock, failedKept, trouble }: PostgresBodiesOptions): BodyStore {
  let sweptAt = Number.NEGATIVE_INFINITY;

  async function sweep(): Promise<void> {
    if (clock.monotonic() - sweptAt < SWEEP_EVERY_MS) return;
    sweptAt = clock.monotonic();
    await pool.query(DELETE_EXPIRED, [clock.now()]);
    await pool.query(FORGET_GONE);
  }

  async function release({ key, holder }: BodyHold): Promise<void> {
    await pool.query(LET_GO, [key, holder]);
    await pool.query(DELETE_UNHELD, [key]);
  }

  return {
    async put({ key, holder }, bytes, keepMs) {
      await sweep().catch(trouble);
      await pool.query(PUT, [key, bytes, holder, Math.ceil(clock.now() + keepMs)]);
    },
    async get(key) {
      const { rows } = await pool.query(GET, [key, Math.floor(clock.now())]);
      const [row] = rows as readonly { readonly data: Uint8Array }[];
      return row?.data ?? null;
    },
    release,
    async keepFailed(hold, queue) {
      await pool.query(NOTE_FAILED, [queue, hold.key, hold.holder, Math.floor(clock.now())]);
      const { rows } = await pool.query(TAKE_EARLIEST, [queue, failedKept]);
      for (const earliest of rows as readonly BodyHold[]) await release(earliest);
    },
  };
}
