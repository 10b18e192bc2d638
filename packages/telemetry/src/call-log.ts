import { type Attempt, type CallRecord, type CallStatus, type Timing } from "@understudy/contracts";
import { withoutProviderWords } from "@understudy/router";
import type { LogFields, Logger } from "@understudy/runtime";
import { shorten } from "./shorten.ts";

export interface CallLogContext {
  /** Pairs that the call belongs to: one for each silent model that its request was mirrored to. */
  readonly pairIds: readonly string[];
  readonly experiments: readonly string[];
  /** Whether answers, and what providers say of a failure, may be written as text. Figures always are. */
  readonly logText: boolean;
}

const LONGEST_ERROR = 500;

const ENDINGS: Readonly<Record<CallStatus, string>> = { ok: "ok", partial: "cut short", error: "failed" };

/** Writes one line for one call: at `info` when it went well, else at `warn`. */
export function logCall(logger: Logger, record: CallRecord, context: CallLogContext): void {
  const message = `${record.role} call ${ENDINGS[record.status]}`;
  const fields = {
    ...identityOf(record, context),
    ...routeOf(record),
    ...timingOf(record.timing),
    ...usageOf(record),
    ...outcomeOf(context.logText ? record : withoutProviderWords(record)),
    ...(context.logText ? textOf(record) : {}),
  };
  if (record.status === "ok") logger.info(message, fields);
  else logger.warn(message, fields);
}

function identityOf(record: CallRecord, { pairIds, experiments }: CallLogContext): LogFields {
  return {
    call_id: record.id,
    pair_id: pairIds[0] ?? null,
    ...(pairIds.length > 1 ? { pair_ids: pairIds } : {}),
    role: record.role,
    ...(record.operation === "chat" ? {} : { operation: record.operation }),
    is_silent_experiment: record.is_silent_experiment,
    experiment: experiments[0] ?? null,
    ...(experiments.length > 1 ? { experiments } : {}),
    request_id: record.request_id,
    client_request_id: record.client_request_id,
    ...callerFields(record),
  };
}

/** By the names that LiteLLM's logs have for it; nothing where nobody is named. */
export function callerFields({ caller }: CallRecord): LogFields {
  if (caller === undefined) return {};
  const { key_alias, team } = caller;
  return { user_api_key_alias: key_alias, user_api_key_team_id: team, user_api_key_team_alias: team };
}

function routeOf(record: CallRecord): LogFields {
  return {
    model_group: record.model_group,
    answered_by: record.answered_by,
    deployment: record.deployment,
    provider: record.provider,
    model: record.model,
    response_model: record.response_model,
    status: record.status,
    http_status: record.attempts.at(-1)?.http_status ?? null,
    stream: record.stream,
  };
}

function timingOf(timing: Timing): LogFields {
  return {
    total_ms: toTenths(timing.total_ms),
    model_ms: toTenths(timing.model_ms),
    first_token_ms: toTenths(timing.first_token_ms),
    queue_wait_ms: toTenths(timing.queue_wait_ms),
  };
}

function usageOf({ usage, cost_usd, list_cost_usd }: CallRecord): LogFields {
  return {
    input_tokens: usage?.input_tokens ?? null,
    output_tokens: usage?.output_tokens ?? null,
    cached_tokens: usage?.cached_tokens ?? null,
    cache_write_tokens: usage?.cache_write_tokens ?? null,
    reasoning_tokens: usage?.reasoning_tokens ?? null,
    cost_usd,
    list_cost_usd,
  };
}

function outcomeOf({ answer, skipped_events, error, attempts, changes }: CallRecord): LogFields {
  return {
    ...(skipped_events > 0 ? { skipped_events } : {}),
    finish_reason: answer?.finish_reason ?? null,
    tool_calls: answer?.tool_calls.length ?? null,
    error_kind: error?.kind ?? null,
    error: error === null ? null : shorten(error.message, LONGEST_ERROR),
    attempts: attempts.map(attemptOf),
    changes: changes.map(({ action, param }) => `${action} ${param}`),
  };
}

function attemptOf({ deployment, outcome, http_status, duration_ms }: Attempt): LogFields {
  return { deployment, outcome, http_status, ms: toTenths(duration_ms) };
}

function textOf({ answer }: CallRecord): LogFields {
  return {
    answer_text: answer?.text ?? null,
    answer_refusal: answer?.refusal ?? null,
    answer_tool_calls: answer?.tool_calls ?? [],
  };
}

function toTenths(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 10) / 10;
}
