import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import type { Clock } from "@understudy/runtime";

/** A signed-in browser, without any memory of it: every gateway with the same master key knows the same tokens. */
export interface Sessions {
  /** A token that lets its bearer read until it expires. */
  issue(): string;
  isValid(token: string): boolean;
}

/** Long enough for a working day. */
export const SESSION_MS = 12 * 3_600_000;

/** The token holds its end and a signature, never the key; the signing key is derived for this purpose alone. */
export function createSessions(masterKey: string, clock: Clock): Sessions {
  const key = Buffer.from(hkdfSync("sha256", masterKey, "", "understudy ui session", 32));
  const sign = (end: string): Buffer => createHmac("sha256", key).update(end).digest();
  return {
    issue() {
      const end = String(clock.now() + SESSION_MS);
      return `${end}.${sign(end).toString("base64url")}`;
    },
    isValid(token) {
      const [end = "", signature = ""] = token.split(".");
      const given = Buffer.from(signature, "base64url");
      const expected = sign(end);
      const genuine = given.length === expected.length && timingSafeEqual(given, expected);
      return genuine && clock.now() < Number(end);
    },
  };
}
