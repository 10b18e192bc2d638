import { createHash } from "node:crypto";
import { parseQueueKeys, type QueueKeys } from "./queue-keys.ts";

/** Only for tests: `id:KEY` of a key that follows from its id. */
export function keyText(id: string): string {
  return `${id}:${createHash("sha256").update(`test key ${id}`).digest("base64")}`;
}

/** Keys by these ids; the first one seals. */
export function queueKeys(...ids: readonly string[]): QueueKeys {
  return parseQueueKeys(ids.map(keyText).join(","));
}

/** The same keys, by one who still reads what is not sealed. */
export function acceptingKeys(...ids: readonly string[]): QueueKeys {
  return parseQueueKeys(ids.map(keyText).join(","), { acceptsUnsealed: true });
}
