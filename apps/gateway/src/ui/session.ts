import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";
import type { Clock } from "@understudy/runtime";

/** A signed-in browser. Every gateway with the same master key knows the same tokens, without any memory of them. */
export interface Sessions {
  /** A token that lets its bearer read until it expires. */
  issue(): string;
  /** The session that the token stands for; null when it is made up, altered, or past its end. */
  read(token: string): Session | null;
}

export interface Session {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly endsAt: number;
}

/** Long enough for a working day. */
export const SESSION_MS = 12 * 3_600_000;

/** The token holds its end, an id and a signature, never the key; the signing key is derived for this purpose alone. */
export function createSessions(masterKey: string, clock: Clock): Sessions {
  const key = Buffer.from(hkdfSync("sha256", masterKey, "", "understudy ui session", 32));
  const sign = (text: string): Buffer => createHmac("sha256", key).update(text).digest();
  return {
    issue() {
      const text = `${clock.now() + SESSION_MS}.${randomBytes(16).toString("base64url")}`;
      return `${text}.${sign(text).toString("base64url")}`;
    },
    read(token) {
      const [end = "", id = "", signature = ""] = token.split(".");
      const given = Buffer.from(signature, "base64url");
      const expected = sign(`${end}.${id}`);
      const genuine = given.length === expected.length && timingSafeEqual(given, expected);
      return genuine && clock.now() < Number(end) ? { id, endsAt: Number(end) } : null;
    },
  };
}
