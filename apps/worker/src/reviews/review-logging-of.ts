import type { ReviewLogging } from "@understudy/mirror";
import type { Pair } from "@understudy/store";

/** What sinks are told of a pair's review beside it: where its silent call is to be found. */
export function reviewLoggingOf({ request, silent }: Pair, traceparent?: string): ReviewLogging | undefined {
  if (silent === null) return undefined;
  const { metadata, litellm_metadata } = asObject(request);
  const { trace_id, existing_trace_id } = { ...asObject(litellm_metadata), ...asObject(metadata) };
  return {
    call_id: silent.id,
    ...(traceparent === undefined ? {} : { traceparent }),
    trace: {
      ...(typeof trace_id === "string" ? { trace_id } : {}),
      ...(typeof existing_trace_id === "string" ? { existing_trace_id } : {}),
    },
  };
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
