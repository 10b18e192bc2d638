import { APIS } from "@understudy/apis";
import type { CallRecord } from "@understudy/contracts";
import { callerFields } from "../call-log.ts";
import type { LoggedCall } from "./logged-call.ts";

/** LiteLLM's StandardLoggingPayload, as far as it means something here, with our fields at its end. */
export type StandardPayload = Readonly<Record<string, unknown>>;

/**
 * The call in the shape that readers of LiteLLM's logs know. Times are epoch seconds; `response_time` is seconds to the
 * first token of a stream, else of the whole call, as LiteLLM has it. What LiteLLM leaves out stands under its own
 * names: `pair_id`, `role`, `is_silent_experiment`, `experiment`, `queue_wait_ms`, `attempts`, `changes`.
 */
export function standardPayload(call: LoggedCall): StandardPayload {
  const { record } = call;
  return { ...identity(call), ...outcome(record), ...figures(record), ...contents(call), ...ours(call) };
}

function identity({ record, metadata, tags, end_user }: LoggedCall) {
  return {
    id: record.id,
    trace_id: textOr(metadata["trace_id"], record.request_id),
    litellm_call_id: record.id,
    call_type: APIS[record.operation].litellmCall,
    stream: record.stream,
    custom_llm_provider: record.provider,
    model: record.model ?? record.model_group,
    model_id: record.deployment,
    model_group: record.model_group,
    api_base: "",
    cache_hit: null,
    cache_key: null,
    saved_cache_cost: 0,
    request_tags: tags,
    end_user,
    requester_ip_address: null,
    user_agent: null,
  };
}

function outcome({ status, error, attempts, provider, answer }: CallRecord) {
  if (status === "ok") {
    const status_fields = { llm_api_status: "success", guardrail_status: "not_run" };
    return { status: "success", status_fields, error_str: null, error_information: null };
  }
  return {
    status: "failure",
    status_fields: { llm_api_status: "failure", guardrail_status: "not_run" },
    error_str: error?.message ?? null,
    error_information: {
      error_code: error === null ? "" : String(error.status),
      error_class: error === null ? "" : error.kind,
      llm_provider: provider ?? attempts.at(-1)?.provider ?? "",
      error_message: error === null ? "" : error.message,
      answer_began: answer !== null,
    },
  };
}

function figures({ timing, usage, cost_usd }: CallRecord) {
  const startTime = timing.started_at / 1000;
  const endTime = (timing.started_at + timing.total_ms) / 1000;
  const waited = timing.total_ms - (timing.model_ms ?? timing.total_ms);
  const first = timing.first_token_ms === null ? null : waited + timing.first_token_ms;
  return {
    startTime,
    endTime,
    completionStartTime: first === null ? endTime : (timing.started_at + first) / 1000,
    response_time: (first ?? timing.total_ms) / 1000,
    response_cost: cost_usd ?? 0,
    prompt_tokens: usage?.input_tokens ?? 0,
    completion_tokens: usage?.output_tokens ?? 0,
    total_tokens: (usage?.input_tokens ?? 0) + (usage?.output_tokens ?? 0),
  };
}

function contents(call: LoggedCall) {
  const { record, metadata, messages, parameters } = call;
  return {
    messages,
    response: responseOf(call),
    model_parameters: parameters,
    metadata: {
      ...callerFields(record),
      requester_metadata: metadata,
      spend_logs_metadata: metadata["spend_logs_metadata"] ?? null,
      usage_object: record.usage,
      is_silent_experiment: record.is_silent_experiment,
      pair_id: call.pair_id,
      role: record.role,
    },
    hidden_params: {
      model_id: record.deployment,
      response_cost: record.cost_usd,
      litellm_model_name: record.model,
      usage_object: record.usage,
    },
  };
}

/** The answer in OpenAI's shape, from what the record keeps of it. */
function responseOf({ record }: LoggedCall): object | null {
  const { answer, usage } = record;
  if (answer === null || answer.vectors !== undefined) return null;
  const tool_calls = answer.tool_calls.map(({ name, arguments: text }) => ({
    type: "function",
    function: { name, arguments: text },
  }));
  const message = {
    role: "assistant",
    content: answer.text,
    ...(answer.refusal === null ? {} : { refusal: answer.refusal }),
    ...(tool_calls.length === 0 ? {} : { tool_calls }),
  };
  return {
    id: record.id,
    object: "chat.completion",
    created: Math.floor(record.timing.started_at / 1000),
    model: record.response_model ?? record.model,
    choices: [{ index: 0, message, finish_reason: answer.finish_reason }],
    usage: {
      prompt_tokens: usage?.input_tokens ?? 0,
      completion_tokens: usage?.output_tokens ?? 0,
      total_tokens: (usage?.input_tokens ?? 0) + (usage?.output_tokens ?? 0),
    },
  };
}

function ours(call: LoggedCall) {
  const { record } = call;
  return {
    pair_id: call.pair_id,
    pair_ids: call.pair_ids,
    role: record.role,
    is_silent_experiment: record.is_silent_experiment,
    experiment: call.experiment,
    experiments: call.experiments,
    primary_call_id: call.primary?.call_id ?? null,
    request_id: record.request_id,
    client_request_id: record.client_request_id,
    answered_by: record.answered_by,
    queue_wait_ms: record.timing.queue_wait_ms,
    total_ms: record.timing.total_ms,
    model_ms: record.timing.model_ms,
    first_token_ms: record.timing.first_token_ms,
    cached_tokens: record.usage?.cached_tokens ?? null,
    cache_write_tokens: record.usage?.cache_write_tokens ?? null,
    reasoning_tokens: record.usage?.reasoning_tokens ?? null,
    cost_usd: record.cost_usd,
    list_cost_usd: record.list_cost_usd,
    attempts: record.attempts,
    changes: record.changes,
    comparison: call.comparison,
  };
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === "string" && value !== "" ? value : otherwise;
}
