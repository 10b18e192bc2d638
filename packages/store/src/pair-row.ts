import type { Answer } from "@understudy/providers";
import type { CallRecord } from "@understudy/router";

import type { Pair, PairOutcome, Retention } from "./pair.ts";

/** A pair as the database gives it back. `bigint` columns come as text from one driver and as numbers from the other. */
export interface PairRow {
  readonly id: string;
  readonly experiment: string;
  readonly request_id: string;
  readonly silent_model: string;
  readonly outcome: PairOutcome;
  readonly reason: string | null;
  readonly created_at: number | string;
  readonly primary_record: CallRecord;
  readonly silent_record: CallRecord | null;
  readonly comparison: Pair["comparison"];
}

export interface TextsRow {
  readonly request: unknown;
  readonly primary_answer: Answer | null;
  readonly silent_answer: Answer | null;
}

/** The columns of `PairRow`, of a table named `p`. */
export const PAIR_ROW_COLUMNS =
  "p.id, p.experiment, p.request_id, p.silent_model, p.outcome, p.reason, p.created_at, " +
  "p.primary_record, p.silent_record, p.comparison";

/** What is written of a pair, by column. */
export function pairColumns(pair: Pair, retention: Retention): Readonly<Record<string, unknown>> {
  return {
    id: storable(pair.id),
    experiment: storable(pair.experiment),
    request_id: storable(pair.request_id),
    client_request_id: storable(pair.primary.client_request_id),
    silent_model: storable(pair.silent_model),
    outcome: pair.outcome,
    reason: storable(pair.reason),
    created_at: Math.round(pair.created_at),
    ...figuresOf("primary", pair.primary),
    ...figuresOf("silent", pair.silent),
    primary_record: JSON.stringify(withoutTexts(pair.primary)),
    silent_record: pair.silent === null ? null : JSON.stringify(withoutTexts(pair.silent)),
    comparison: asJson(pair.comparison),
    texts_expire_at: expiryOf(pair, retention),
  };
}

/** What is written of a pair's texts, in the order of `pair_texts`. */
export function textColumns(pair: Pair): readonly (string | null)[] {
  return [asJson(pair.request), asJson(pair.primary.answer), asJson(pair.silent?.answer)];
}

/** The pair of a row; without its texts when these are null. */
export function toPair(row: PairRow, texts: TextsRow | null): Pair {
  return {
    id: row.id,
    experiment: row.experiment,
    request_id: row.request_id,
    silent_model: row.silent_model,
    outcome: row.outcome,
    reason: row.reason,
    created_at: Number(row.created_at),
    primary: withAnswer(row.primary_record, texts?.primary_answer),
    silent: row.silent_record === null ? null : withAnswer(row.silent_record, texts?.silent_answer),
    request: texts?.request ?? null,
    comparison: row.comparison,
  };
}

/**
 * PostgreSQL's text cannot hold the character NUL, nor half a surrogate pair. Nothing that we store as plain text has a
 * use for them.
 */
export function storable<T extends string | null>(text: T): T {
  return (text === null ? null : text.replaceAll("\0", "").toWellFormed()) as T;
}

function figuresOf(side: "primary" | "silent", call: CallRecord | null): Readonly<Record<string, unknown>> {
  return {
    [`${side}_status`]: call?.status ?? null,
    [`${side}_latency_ms`]: figure(call?.timing.model_ms ?? call?.timing.total_ms),
    [`${side}_first_token_ms`]: figure(call?.timing.first_token_ms),
    [`${side}_input_tokens`]: figure(call?.usage?.input_tokens),
    [`${side}_output_tokens`]: figure(call?.usage?.output_tokens),
    [`${side}_cost_usd`]: figure(call?.cost_usd),
  };
}

/** A finite number, or null. */
export function figure(value: number | null | undefined): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function expiryOf(pair: Pair, retention: Retention): number | null {
  if (retention.payloads === "metrics_only") return null;
  return Math.min(Math.round(pair.created_at + retention.retentionMs), Number.MAX_SAFE_INTEGER);
}

function withoutTexts(call: CallRecord): CallRecord {
  return { ...call, answer: call.answer === null ? null : reduced(call.answer) };
}

/** How the answer ended stays; what it says goes. */
function reduced(answer: Answer): Answer {
  const { finish_reason, choices } = answer;
  return { text: null, refusal: null, tool_calls: [], finish_reason, choices };
}

function withAnswer(call: CallRecord, answer: Answer | null | undefined): CallRecord {
  return { ...call, answer: answer ?? call.answer };
}

// `JSON.stringify` writes NUL and lone surrogates as escapes, and columns of type json keep escapes as they are.
function asJson(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}
