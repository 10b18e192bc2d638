import type { Answer, CallRecord, PairOutcome } from "@understudy/contracts";
import { excerptOf } from "@understudy/evaluation";
import type { Excerpt } from "@understudy/contracts";
import { withoutProviderWords } from "@understudy/router";
import { isTooDeep } from "@understudy/runtime";

import { figure, storable } from "../database/sql-values.ts";
import type { Pair, Retention } from "./pair.ts";

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
  readonly words: Words | null;
}

/** What of a pair's records and comparison is text besides: what providers said of failures, and keys of JSON answers. */
interface Words {
  readonly primary: CallWords | null;
  readonly silent: CallWords | null;
  readonly json_differences: unknown;
}

interface CallWords {
  readonly error: CallRecord["error"];
  /** One for each attempt. */
  readonly attempts: readonly (string | null)[];
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
    key_alias: storable(pair.primary.caller?.key_alias ?? null),
    team: storable(pair.primary.caller?.team ?? null),
    outcome: pair.outcome,
    reason: storable(pair.reason),
    created_at: Math.round(pair.created_at),
    ...figuresOf("primary", pair.primary),
    ...figuresOf("silent", pair.silent),
    primary_record: JSON.stringify(withoutTexts(pair.primary)),
    silent_record: pair.silent === null ? null : JSON.stringify(withoutTexts(pair.silent)),
    comparison: asJson(withoutJsonPaths(pair.comparison)),
    own_checks: asJson(pair.own_checks),
    texts_expire_at: expiryOf(pair, retention),
  };
}

/** What is written of a pair's texts, in the order of `pair_texts`. */
export function textColumns(pair: Pair): readonly (string | null)[] {
  const answers = [pair.primary.answer, pair.silent?.answer];
  return [asJson(pair.request), ...answers.map(asJson), asJson(shownOf(pair)), asJson(wordsOf(pair))];
}

/** An excerpt is for show: what none can be made of, a record of another version say, is stored without. */
function shownOf(pair: Pair): Excerpt | null {
  try {
    return excerptOf(pair);
  } catch {
    return null;
  }
}

/** Null, as for nearly every pair, where there are none. */
function wordsOf({ primary, silent, comparison }: Pair): Words | null {
  const words = {
    primary: callWords(primary),
    silent: silent === null ? null : callWords(silent),
    json_differences: comparison?.json_differences ?? null,
  };
  return Object.values(words).every((part) => part === null) ? null : words;
}

function callWords({ error, attempts }: CallRecord): CallWords | null {
  const messages = attempts.map(({ message }) => message);
  return error === null && messages.every((message) => message === null) ? null : { error, attempts: messages };
}

/** The pair of a row; without its texts when these are null. */
export function toPair(row: PairRow, texts: TextsRow | null): Pair {
  const words = texts?.words;
  const { silent_record: silent } = row;
  return {
    id: row.id,
    experiment: row.experiment,
    request_id: row.request_id,
    silent_model: row.silent_model,
    outcome: row.outcome,
    reason: row.reason,
    created_at: Number(row.created_at),
    primary: withWords(withAnswer(row.primary_record, texts?.primary_answer), words?.primary),
    silent: silent === null ? null : withWords(withAnswer(silent, texts?.silent_answer), words?.silent),
    request: readableRequest(texts?.request ?? null),
    comparison: withJsonPaths(row.comparison, words?.json_differences),
  };
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

function expiryOf(pair: Pair, retention: Retention): number | null {
  if (retention.payloads === "metrics_only") return null;
  return Math.min(Math.round(pair.created_at + retention.retentionMs), Number.MAX_SAFE_INTEGER);
}

/** What of a call is kept for good. Documents of before are made so as well, when their texts go. */
export function withoutTexts(call: CallRecord): CallRecord {
  const { answer, ...rest } = withoutProviderWords(call);
  return { ...rest, answer: answer === null ? null : reduced(answer) };
}

/** Where two JSON answers differ is told by their keys, and those are the answers' words. */
export function withoutJsonPaths(comparison: Pair["comparison"]): Pair["comparison"] {
  return comparison?.json_differences ? { ...comparison, json_differences: null } : comparison;
}

function withJsonPaths(comparison: Pair["comparison"], paths: unknown): Pair["comparison"] {
  if (comparison === null || paths === null || paths === undefined) return comparison;
  return { ...comparison, json_differences: paths } as Pair["comparison"];
}

function withWords(call: CallRecord, words: CallWords | null | undefined): CallRecord {
  if (words === null || words === undefined) return call;
  const attempts = call.attempts.map((attempt, index) => ({ ...attempt, message: words.attempts[index] ?? null }));
  return { ...call, error: words.error, attempts };
}

/** How the answer ended stays; what it says goes. */
function reduced(answer: Answer): Answer {
  const { finish_reason, choices } = answer;
  return { text: null, refusal: null, tool_calls: [], finish_reason, choices };
}

/** One that an earlier version let in may be nested deeper than any walker goes. */
function readableRequest(request: unknown): unknown {
  return isTooDeep(request) ? null : request;
}

function withAnswer(call: CallRecord, answer: Answer | null | undefined): CallRecord {
  return { ...call, answer: answer ?? call.answer };
}

// `JSON.stringify` writes NUL and lone surrogates as escapes, and columns of type json keep escapes as they are.
function asJson(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}
