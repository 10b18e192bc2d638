import type { RequestFault } from "../api.ts";
import type { WireObject } from "../wire.ts";

export function faultOfChat({ messages, stream }: WireObject): RequestFault | null {
  if (!Array.isArray(messages) || messages.length === 0) {
    return { param: "messages", message: "`messages` must be a list with at least one message." };
  }
  return faultOfStream(stream);
}

/** `stream` is true, false, or left out. */
export function faultOfStream(stream: unknown): RequestFault | null {
  if (stream === undefined || stream === null || typeof stream === "boolean") return null;
  return { param: "stream", message: "`stream` must be true or false." };
}
