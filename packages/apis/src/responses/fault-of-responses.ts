import type { RequestFault } from "../api.ts";
import { faultOfStream } from "../chat/fault-of-chat.ts";
import type { WireObject } from "../wire.ts";

/** What can stand in place of an input: a template at the provider, or what was said before. */
const OTHER_INPUTS = ["prompt", "previous_response_id", "conversation"] as const;

export function faultOfResponses(body: WireObject): RequestFault | null {
  const { input, stream } = body;
  const isMissing = input === undefined || input === null;
  if (!isMissing && typeof input !== "string" && !Array.isArray(input)) {
    return { param: "input", message: "`input` must be a text or a list of items." };
  }
  const isEmpty = isMissing || input.length === 0;
  if (isEmpty && OTHER_INPUTS.every((param) => (body[param] ?? null) === null)) {
    const message =
      "`input` must be a text or a list with at least one item; without it, send `prompt`, `previous_response_id` or `conversation`.";
    return { param: "input", message };
  }
  return faultOfStream(stream);
}
