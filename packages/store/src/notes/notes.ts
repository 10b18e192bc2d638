import { type Clock, newId } from "@understudy/runtime";
import type { SqlPool } from "../database/database.ts";
import { storable } from "../database/sql-values.ts";
import type { NoteChoice, NoteStore } from "./note-store.ts";

const MOST = 20;

export function createNoteStore(pool: SqlPool, clock: Clock): NoteStore {
  return {
    async add(pairId, { label, reviewer }) {
      const noted_at = Math.trunc(clock.now());
      const id = newId("note", noted_at);
      const { rows } = await pool.query(
        `INSERT INTO understudy.pair_notes (id, pair_id, choice, reviewer, noted_at)
         SELECT $1, p.id, $3, $4, $5::bigint FROM understudy.pairs p WHERE p.id = $2 RETURNING id`,
        [id, storable(pairId), label, storable(reviewer), noted_at],
      );
      return rows.length === 0 ? null : { id, label, reviewer, noted_at };
    },
    async remove(id, reviewer) {
      const { rows } = await pool.query(
        "DELETE FROM understudy.pair_notes WHERE id = $1 AND reviewer IS NOT DISTINCT FROM $2::text RETURNING id",
        [storable(id), storable(reviewer)],
      );
      return rows.length > 0;
    },
    async of(pairId) {
      const { rows } = await pool.query<{
        id: string;
        choice: NoteChoice;
        reviewer: string | null;
        noted_at: number | string;
      }>(
        `SELECT id, choice, reviewer, noted_at FROM understudy.pair_notes WHERE pair_id = $1
         ORDER BY noted_at DESC, id DESC LIMIT ${MOST}`,
        [storable(pairId)],
      );
      return rows.map(({ id, choice, reviewer, noted_at }) => ({
        id,
        label: choice,
        reviewer,
        noted_at: Number(noted_at),
      }));
    },
  };
}
