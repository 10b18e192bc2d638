import type { Attributes } from "@opentelemetry/api";
import type { LoggedCall } from "../logged-call.ts";
import type { ReviewEntry } from "../logged-review.ts";

/**
 * Names of OpenTelemetry's semantic conventions for generative AI, version 1.38, which are in development: written here
 * and nowhere else. https://opentelemetry.io/docs/specs/semconv/gen-ai/
 */
const PROVIDER_NAMES: Readonly<Record<string, string>> = {
  azure: "azure.ai.openai",
  azure_ai: "azure.ai.inference",
  bedrock: "aws.bedrock",
  gemini: "gcp.gemini",
  mistral: "mistral_ai",
  vertex_ai: "gcp.vertex_ai",
  watsonx: "ibm.watsonx.ai",
  xai: "x_ai",
};

/** Request parameters that the conventions name. */
const PARAMETERS: Readonly<Record<string, string>> = {
  frequency_penalty: "gen_ai.request.frequency_penalty",
  max_completion_tokens: "gen_ai.request.max_tokens",
  max_tokens: "gen_ai.request.max_tokens",
  presence_penalty: "gen_ai.request.presence_penalty",
  seed: "gen_ai.request.seed",
  temperature: "gen_ai.request.temperature",
  top_k: "gen_ai.request.top_k",
  top_p: "gen_ai.request.top_p",
  n: "gen_ai.request.choice.count",
};

/** What a metric may be told apart by: nothing that a client chooses freely, and nothing that grows with traffic. */
export function metricAttributes({ record }: LoggedCall): Attributes {
  return {
    // The conventions' names are ours.
    "gen_ai.operation.name": record.operation,
    "gen_ai.provider.name": providerName(record.provider),
    "gen_ai.request.model": record.model ?? record.model_group,
    "understudy.role": record.role,
    "understudy.model_group": record.model_group,
    ...(record.response_model === null ? {} : { "gen_ai.response.model": record.response_model }),
    ...(record.status === "ok" ? {} : { "error.type": record.error?.kind ?? "_OTHER" }),
  };
}

export function spanAttributes(call: LoggedCall, withText: boolean): Attributes {
  const { record } = call;
  return {
    ...metricAttributes(call),
    ...usageAttributes(call),
    ...parameterAttributes(call.parameters),
    ...(record.answer?.finish_reason === null || record.answer === null
      ? {}
      : { "gen_ai.response.finish_reasons": [record.answer.finish_reason] }),
    ...textAttribute("gen_ai.conversation.id", call.metadata["session_id"]),
    ...ownAttributes(call),
    ...(withText && call.text ? contents(call) : {}),
  };
}

/** The event for a result of an evaluation. Its label is one of the judgements; its value that of the silent answer. */
export const EVALUATION_RESULT = "gen_ai.evaluation.result";

/** What the silent answer is worth beside the primary's: 1 where both orders prefer it. One that flips prefers neither. */
const PREFERENCES = { prefer_primary: 0, tie: 0.5, order_dependent: 0.5, prefer_silent: 1 } as const;

/** A judge's verdict on a pair; null where no judge was asked. What the judge wrote is not kept, so nothing here quotes an answer. */
export function evaluationAttributes({ review, call_id }: ReviewEntry): Attributes | null {
  const { judgement, not_judged, choices, judge } = review;
  if (judgement === null && not_judged !== "judge_failed") return null;
  const value = judgement === null || judgement === "unparseable" ? null : PREFERENCES[judgement];
  const said =
    choices === null
      ? null
      : `${choices.primary_first ?? "?"}, and ${choices.silent_first ?? "?"} with the places swapped`;
  return {
    "gen_ai.evaluation.name": "judge_preference",
    ...textAttribute("gen_ai.evaluation.score.label", value === null ? null : judgement),
    ...numberAttribute("gen_ai.evaluation.score.value", value),
    ...textAttribute("gen_ai.evaluation.explanation", said),
    ...(value === null ? { "error.type": judgement ?? "judge_failed" } : {}),
    "understudy.pair_id": review.pair_id,
    "understudy.experiment": review.experiment,
    "understudy.call_id": call_id,
    "understudy.judge_prompt": review.judge_prompt,
    ...textAttribute("understudy.judge", judge),
    ...numberAttribute("understudy.cost_usd", review.judge_cost_usd),
  };
}

function usageAttributes({ record: { usage, cost_usd } }: LoggedCall): Attributes {
  return {
    ...(usage === null
      ? {}
      : {
          "gen_ai.usage.input_tokens": usage.input_tokens,
          "gen_ai.usage.output_tokens": usage.output_tokens,
          "gen_ai.usage.cache_read.input_tokens": usage.cached_tokens,
          "gen_ai.usage.cache_creation.input_tokens": usage.cache_write_tokens,
          "understudy.usage.reasoning_tokens": usage.reasoning_tokens,
        }),
    ...(cost_usd === null ? {} : { "understudy.cost_usd": cost_usd }),
  };
}

function parameterAttributes(parameters: LoggedCall["parameters"]): Attributes {
  const named = Object.entries(PARAMETERS).flatMap(([param, name]) => {
    const value = parameters[param];
    return typeof value === "number" ? [[name, value] as const] : [];
  });
  return Object.fromEntries(named);
}

/** What OpenTelemetry has no name for, under ours: whatever joins a pair. */
function ownAttributes(call: LoggedCall): Attributes {
  const { record } = call;
  return {
    "understudy.call_id": record.id,
    "understudy.request_id": record.request_id,
    "understudy.is_silent_experiment": record.is_silent_experiment,
    "understudy.status": record.status,
    "understudy.stream": record.stream,
    "understudy.attempts": record.attempts.length,
    ...(call.pair_id === null ? {} : { "understudy.pair_id": call.pair_id }),
    ...(call.pair_ids.length > 1 ? { "understudy.pair_ids": [...call.pair_ids] } : {}),
    ...(call.experiment === null ? {} : { "understudy.experiment": call.experiment }),
    ...(call.primary === null ? {} : { "understudy.primary_call_id": call.primary.call_id }),
    ...textAttribute("metadata.user_api_key_alias", record.caller?.key_alias),
    ...textAttribute("metadata.user_api_key_team_id", record.caller?.team),
    ...textAttribute("understudy.deployment", record.deployment),
    ...numberAttribute("understudy.queue_wait_ms", record.timing.queue_wait_ms),
    ...numberAttribute("understudy.first_token_ms", record.timing.first_token_ms),
    ...(record.changes.length === 0
      ? {}
      : { "understudy.changes": record.changes.map(({ action, param }) => `${action} ${param}`) }),
  };
}

/** Messages as the conventions have them: a role and parts, as JSON. */
function contents({ messages, record: { answer } }: LoggedCall): Attributes {
  const asked = Array.isArray(messages) ? (messages as unknown[]).map(messageParts) : [];
  const calls =
    answer?.tool_calls.map(({ name, arguments: text }) => ({ type: "tool_call", name, arguments: text })) ?? [];
  const words = answer?.text ?? answer?.refusal ?? null;
  const parts = [...(words === null ? [] : [{ type: "text", content: words }]), ...calls];
  const said =
    answer === null || answer.vectors !== undefined
      ? []
      : [{ role: "assistant", parts, finish_reason: answer.finish_reason }];
  return { "gen_ai.input.messages": JSON.stringify(asked), "gen_ai.output.messages": JSON.stringify(said) };
}

function messageParts(message: unknown): object {
  const { role, content } = (message ?? {}) as { role?: unknown; content?: unknown };
  return { role, parts: [{ type: "text", content }] };
}

function textAttribute(name: string, value: unknown): Attributes {
  return typeof value === "string" && value !== "" ? { [name]: value } : {};
}

function numberAttribute(name: string, value: number | null): Attributes {
  return value === null ? {} : { [name]: value };
}

function providerName(provider: string | null): string {
  return provider === null ? "_OTHER" : (PROVIDER_NAMES[provider] ?? provider);
}
