import type { Clock } from "@understudy/runtime";

import type { SqlPool } from "../database/database.ts";
import { storable } from "../database/sql-values.ts";
import { deletePairs } from "./delete-pairs.ts";
import type { Deletion, DeletionStore } from "./deletion.ts";
import { means, readSalt, type SaltSubject } from "./subjects.ts";

/** Nearly always there is none, and every pair asks. */
const KNOWN_MS = 1_000;

type Row = Omit<Deletion, "requested_at" | "open_until"> & Record<"requested_at" | "open_until", number | string>;

export interface Deletions extends DeletionStore {
  readonly salt: () => Promise<SaltSubject>;
}

export function createDeletions(pool: SqlPool, clock: Clock): Deletions {
  let salting: Promise<SaltSubject> | null = null;
  let known: { readonly at: number; readonly open: Promise<readonly Deletion[]> } | null = null;

  const salt = (): Promise<SaltSubject> => {
    salting ??= readSalt(pool);
    salting.catch(() => (salting = null));
    return salting;
  };

  function lately(): Promise<readonly Deletion[]> {
    if (known === null || clock.monotonic() - known.at > KNOWN_MS) {
      known = { at: clock.monotonic(), open: readOpen(pool, clock.now()) };
      known.open.catch(() => (known = null));
    }
    return known.open;
  }

  return {
    salt,
    async open({ name, ...deletion }) {
      const { kind } = deletion;
      const value = kind === "user" || kind === "session" ? (await salt())(kind, name) : storable(name);
      await pool.query(
        `INSERT INTO understudy.deletions (id, kind, value, requested_at, open_until)
         VALUES ($1, $2, $3, $4::bigint, $5::bigint) ON CONFLICT DO NOTHING`,
        [deletion.id, kind, value, Math.trunc(deletion.requested_at), Math.trunc(deletion.open_until)],
      );
      known = null;
      return { ...deletion, value };
    },
    async listOpen(now) {
      await pool.query("UPDATE understudy.deletions SET value = '' WHERE open_until <= $1::bigint AND value <> ''", [
        Math.trunc(now),
      ]);
      return readOpen(pool, now);
    },
    async meaningOf(deletion) {
      const salted = await salt();
      return (about) => means(deletion, about, salted);
    },
    async meant(about) {
      const open = await lately();
      // To know what a job is about, its request is read: not for nothing.
      if (open.length === 0) return null;
      const [salted, its] = [await salt(), about()];
      return open.find((deletion) => means(deletion, its, salted)) ?? null;
    },
    deletePairs: (deletion) => deletePairs(pool, deletion),
    saveReceipt: (id, receipt) => saveReceipt(pool, id, receipt),
    receipt: (id) => readReceipt(pool, id),
  };
}

async function readOpen(pool: SqlPool, now: number): Promise<readonly Deletion[]> {
  const { rows } = await pool.query<Row>(
    "SELECT id, kind, value, requested_at, open_until FROM understudy.deletions WHERE open_until > $1::bigint",
    [Math.trunc(now)],
  );
  return rows.map((row) => ({ ...row, requested_at: Number(row.requested_at), open_until: Number(row.open_until) }));
}

async function saveReceipt(pool: SqlPool, id: string, receipt: object): Promise<void> {
  await pool.query("UPDATE understudy.deletions SET receipt = $2::json WHERE id = $1", [id, JSON.stringify(receipt)]);
}

async function readReceipt(pool: SqlPool, id: string): Promise<unknown> {
  const { rows } = await pool.query<{ receipt: unknown }>("SELECT receipt FROM understudy.deletions WHERE id = $1", [
    storable(id),
  ]);
  return rows[0]?.receipt ?? null;
}
