import { shortHash } from "@understudy/runtime";

const TRACE_ID = /^(?!0{32})[0-9a-f]{32}$/;

/**
 * The trace of a request: what the client named it (`trace_id`, `existing_trace_id` in its metadata), else one made of
 * the request's id. Both services come to the same. Langfuse takes 32 hex digits; another name becomes its hash, as the
 * SDK's `createTraceId(seed)` makes it.
 */
export function traceIdOf(metadata: Readonly<Record<string, unknown>>, requestId: string): string {
  const named = metadata["existing_trace_id"] ?? metadata["trace_id"];
  const seed = typeof named === "string" && named !== "" ? named : requestId;
  return TRACE_ID.test(seed) ? seed : shortHash(seed, 32);
}

/** The same call always has the same observation, so that one which is written twice is there once. */
export function observationIdOf(callId: string): string {
  return shortHash(callId, 16);
}
