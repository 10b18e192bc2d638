import { APIS } from "@understudy/apis";
import { createObservationAttributes, LangfuseOtelSpanAttributes as names } from "@langfuse/tracing";
import type { Attributes, AttributeValue } from "@opentelemetry/api";
import { callerFields } from "../../call-log.ts";
import type { LoggedCall } from "../logged-call.ts";

type Parameters = Record<string, string | number>;

/** The call as a Langfuse generation, or an embedding. */
export function generationAttributes(call: LoggedCall): Attributes {
  const { record } = call;
  const { usage, cost_usd, timing } = record;
  const firstToken = firstTokenAt(timing);
  return createObservationAttributes(APIS[record.operation].speaks ? "generation" : "embedding", {
    model: record.response_model ?? record.model ?? record.model_group,
    modelParameters: simple(call.parameters),
    input: call.messages,
    output: outputOf(call),
    level: record.status === "ok" ? "DEFAULT" : record.status === "partial" ? "WARNING" : "ERROR",
    ...(record.error === null ? {} : { statusMessage: `${record.error.kind}: ${record.error.message}` }),
    ...(firstToken === null ? {} : { completionStartTime: new Date(firstToken) }),
    ...(usage === null ? {} : { usageDetails: usageDetails(usage) }),
    ...(cost_usd === null ? {} : { costDetails: { total: cost_usd } }),
    metadata: metadataOf(call),
  });
}

/** Langfuse adds its parts up and prices each: what has to do with a cache must not be in the input as well. */
function usageDetails(usage: NonNullable<LoggedCall["record"]["usage"]>): Record<string, number> {
  const { input_tokens, output_tokens, cached_tokens, cache_write_tokens } = usage;
  return {
    input: Math.max(0, input_tokens - cached_tokens - cache_write_tokens),
    output: output_tokens,
    total: input_tokens + output_tokens,
    cache_read_input_tokens: cached_tokens,
    ...(cache_write_tokens > 0 ? { cache_creation_input_tokens: cache_write_tokens } : {}),
  };
}

function firstTokenAt({
  started_at,
  total_ms,
  model_ms,
  first_token_ms,
}: LoggedCall["record"]["timing"]): number | null {
  return first_token_ms === null ? null : started_at + total_ms - (model_ms ?? total_ms) + first_token_ms;
}

function outputOf({ record: { answer } }: LoggedCall): unknown {
  if (answer === null) return undefined;
  if (answer.tool_calls.length === 0) return answer.text ?? answer.refusal ?? undefined;
  return { role: "assistant", content: answer.text, tool_calls: answer.tool_calls };
}

/** Langfuse shows parameters as text or numbers. */
function simple(parameters: LoggedCall["parameters"]): Parameters {
  const entries = Object.entries(parameters).map(([name, value]) => {
    return [name, typeof value === "number" || typeof value === "string" ? value : JSON.stringify(value)] as const;
  });
  return Object.fromEntries(entries);
}

/** What the client said, as LiteLLM passes it on, and what joins the pair. */
function metadataOf(call: LoggedCall): Record<string, unknown> {
  const { record } = call;
  return {
    ...call.metadata,
    ...callerFields(record),
    pair_id: call.pair_id,
    ...(call.pair_ids.length > 1 ? { pair_ids: call.pair_ids } : {}),
    role: record.role,
    is_silent_experiment: record.is_silent_experiment,
    experiment: call.experiment,
    primary_call_id: call.primary?.call_id ?? null,
    call_id: record.id,
    request_id: record.request_id,
    model_group: record.model_group,
    deployment: record.deployment,
    provider: record.provider,
    queue_wait_ms: record.timing.queue_wait_ms,
    attempts: record.attempts.length,
    changes: record.changes.map(({ action, param }) => `${action} ${param}`),
  };
}

/**
 * LiteLLM's `trace_*`, `session_id` and `tags`. Only the primary names the trace and gives it input and output: a trace
 * shows what the client saw.
 */
export function traceAttributes(call: LoggedCall): Attributes {
  const { metadata, record, end_user, tags } = call;
  const both = {
    ...textAs(names.TRACE_SESSION_ID, metadata["session_id"] ?? metadata["trace_session_id"]),
    ...textAs(names.TRACE_USER_ID, metadata["trace_user_id"] ?? end_user),
    [names.TRACE_TAGS]: traceTags(call, tags),
  };
  if (record.role !== "primary" || metadata["existing_trace_id"] !== undefined) return both;
  return {
    ...both,
    ...textAs(names.TRACE_NAME, metadata["trace_name"] ?? `litellm-${APIS[record.operation].litellmCall}`),
    ...textAs(names.VERSION, metadata["trace_version"] ?? metadata["version"]),
    ...textAs(names.RELEASE, metadata["trace_release"]),
    ...textAs(names.TRACE_INPUT, serialized(call.messages)),
    ...textAs(names.TRACE_OUTPUT, serialized(outputOf(call))),
    ...traceMetadata(metadata["trace_metadata"]),
  };
}

function traceTags({ experiments }: LoggedCall, tags: readonly string[]): string[] {
  return [...new Set([...tags, ...experiments.map((experiment) => `experiment:${experiment}`)])];
}

function traceMetadata(value: unknown): Attributes {
  if (typeof value !== "object" || value === null) return {};
  const entries = Object.entries(value).map(([name, item]) => {
    return [`${names.TRACE_METADATA}.${name}`, serialized(item) ?? ""] as const;
  });
  return Object.fromEntries(entries);
}

function serialized(value: unknown): string | undefined {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function textAs(name: string, value: unknown): Record<string, AttributeValue> {
  return typeof value === "string" && value !== "" ? { [name]: value } : {};
}
