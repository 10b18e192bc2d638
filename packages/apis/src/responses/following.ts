import type { Following, Refusal } from "../following.ts";
import { textOrNull } from "../wire.ts";

/** Events of an answer's beginning, and its head when it is whole, fit into this. */
const MOST_BYTES = 16 * 1024;
/** An answer's own comes before those of its items. */
const FIRST_ID = /"id"\s*:\s*"([\w.:~/+=-]{1,200})"/;

export const FOLLOWING_RESPONSES: Following = {
  earlierIn: (body) => textOrNull(body["previous_response_id"]),
  isKept: (body) => body["store"] !== false,
  idIn(beginning) {
    const head = beginning.subarray(0, MOST_BYTES);
    return FIRST_ID.exec(Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString("latin1"))?.[1] ?? null;
  },
  isUnknown,
  header: "x-codex-turn-state",
};

/** OpenAI has a code for it; others say it in words, some with 404. */
function isUnknown({ status, code, param, message }: Refusal): boolean {
  if (status !== 400 && status !== 404) return false;
  if (code === "previous_response_not_found") return true;
  const isOfIt = param === "previous_response_id" || /\bresponse\b/i.test(message);
  return isOfIt && /not found|does not exist|unknown/i.test(message);
}
