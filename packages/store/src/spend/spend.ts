import type { SqlPool } from "../database/database.ts";
import { storable } from "../database/sql-values.ts";
import type { Clock } from "@understudy/runtime";
import type { Reservation, ReservationAnswer, Spend, SpendStore } from "./spend-store.ts";

export function createSpendStore(pool: SqlPool, clock: Clock): SpendStore {
  return {
    reserve: (reservation, capUsd) => reserveSpend(pool, reservation, capUsd, clock.now()),
    charge: (reservation, actualUsd) => chargeSpend(pool, reservation, actualUsd, clock.now()),
    read: (account, day) => readSpend(pool, account, day),
  };
}

/**
 * Longer than a call may take by default: what is still set aside then belongs to a process that died, and nobody will
 * take it out again.
 */
const ABANDONED_AFTER_MS = 15 * 60_000;

/** One statement on one row: of all processes that ask at once, only as many are told yes as the cap has room for. */
async function reserveSpend(
  pool: SqlPool,
  { account, day, usd }: Reservation,
  capUsd: number,
  now: number,
): Promise<ReservationAnswer> {
  const { rows } = await pool.query(
    `INSERT INTO understudy.spend AS s (account, day, reserved_usd, changed_at)
     SELECT $1, $2, $3::numeric, $5::bigint WHERE $3::numeric <= $4::numeric
     ON CONFLICT (account, day) DO UPDATE
       SET reserved_usd = s.reserved_usd + excluded.reserved_usd, changed_at = excluded.changed_at
       WHERE s.spent_usd + s.reserved_usd + excluded.reserved_usd <= $4::numeric
     RETURNING account`,
    [storable(account), day, String(usd), String(capUsd), Math.trunc(now)],
  );
  if (rows.length === 1) return "reserved";
  const { rows: waiting } = await pool.query(
    `SELECT account FROM understudy.spend
     WHERE account = $1 AND day = $2 AND spent_usd + $3::numeric <= $4::numeric AND changed_at > $5::bigint`,
    [storable(account), day, String(usd), String(capUsd), Math.trunc(now) - ABANDONED_AFTER_MS],
  );
  return waiting.length === 1 ? "wait" : "reached";
}

/** Puts the real cost in the place of what was set aside. */
async function chargeSpend(
  pool: SqlPool,
  { account, day, usd }: Reservation,
  actualUsd: number,
  now: number,
): Promise<void> {
  await pool.query(
    `UPDATE understudy.spend
     SET reserved_usd = greatest(0, reserved_usd - $3::numeric), spent_usd = spent_usd + $4::numeric, changed_at = $5::bigint
     WHERE account = $1 AND day = $2`,
    [storable(account), day, String(usd), String(actualUsd), Math.trunc(now)],
  );
}

async function readSpend(pool: SqlPool, account: string, day: string): Promise<Spend> {
  const { rows } = await pool.query<Record<keyof Spend, string>>(
    `SELECT spent_usd AS "spentUsd", reserved_usd AS "reservedUsd" FROM understudy.spend WHERE account = $1 AND day = $2`,
    [storable(account), day],
  );
  return { spentUsd: Number(rows[0]?.spentUsd ?? 0), reservedUsd: Number(rows[0]?.reservedUsd ?? 0) };
}
