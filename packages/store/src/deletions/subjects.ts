import { createHash } from "node:crypto";

import type { SqlQueryable } from "../database/database.ts";
import type { About, Deletion } from "./deletion.ts";

/** Salted with a text of this database alone, so that nobody's name can be looked for from outside. */
export type SaltSubject = (kind: "user" | "session", hash: string) => string;

export async function readSalt(pool: SqlQueryable): Promise<SaltSubject> {
  const { rows } = await pool.query<{ salt: string }>("SELECT salt FROM understudy.deletion_salt");
  const salt = rows[0]?.salt ?? "";
  return (kind, hash) => createHash("sha256").update(`${salt} ${kind} ${hash}`).digest("hex").slice(0, 32);
}

export function saltedNames(
  { users, sessions }: Pick<About, "users" | "sessions">,
  salt: SaltSubject,
): readonly string[] {
  return [...users.map((hash) => salt("user", hash)), ...sessions.map((hash) => salt("session", hash))];
}

export function means({ kind, value, requested_at }: Deletion, about: About, salt: SaltSubject): boolean {
  if (about.asked_at > requested_at) return false;
  switch (kind) {
    case "pair":
      return about.pair_id === value;
    case "request":
      return about.request_id === value || about.client_request_id === value;
    case "user":
    case "session":
      return saltedNames(about, salt).includes(value);
  }
}
