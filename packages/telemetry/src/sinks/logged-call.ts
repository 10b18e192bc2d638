import type { Comparison } from "@understudy/evaluation";
import type { Answer, CallError, CallRecord } from "@understudy/contracts";
import { type Loggable, type LoggableFields, redactLoggable, redactValue, toLoggable } from "../loggable.ts";
import { REDACTED, type Redactor } from "@understudy/runtime";

/** One finished call as its service hands it over: nothing is copied, nothing is redacted yet. */
export interface CallEntry {
  readonly record: CallRecord;
  /** Pairs that the call belongs to: for a primary, one for each silent model that its request was mirrored to. */
  readonly pairs: readonly { readonly pair_id: string; readonly experiment: string }[];
  /** The primary's call, for a silent one. */
  readonly primary: { readonly call_id: string; readonly model_group: string } | null;
  /** The request's body. */
  readonly request: Readonly<Record<string, unknown>>;
  /** Of request and answer, for the bounds on what waits. */
  readonly bytes: number;
  /** False keeps prompts and answers out, whatever the configuration says. */
  readonly text: boolean;
  /** W3C trace context of the primary's span. */
  readonly traceparent: string | null;
  /** Span that the primary's span is below: the client's. Primaries only. */
  readonly parentSpan: string | null;
  readonly comparison: Partial<Comparison> | null;
}

/** One call as sinks get it: plain JSON, without secrets, and without texts where those are not to be logged. */
export interface LoggedCall {
  readonly record: CallRecord;
  readonly pair_id: string | null;
  readonly pair_ids: readonly string[];
  readonly experiment: string | null;
  readonly experiments: readonly string[];
  readonly primary: CallEntry["primary"];
  /** Whether `messages` and the record's answer hold texts; else they hold `[redacted]`. */
  readonly text: boolean;
  /** What was asked: of embeddings the input. */
  readonly messages: unknown;
  /** What the request asks for beside its messages. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** What the client says of its request. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[];
  readonly end_user: string | null;
  readonly traceparent: string | null;
  readonly parent_span: string | null;
  readonly comparison: Partial<Comparison> | null;
}

export interface PrepareOptions {
  /** Blanks out secrets, everywhere. */
  readonly secrets: Redactor;
  /** Blanks out what the configuration's patterns match, in whatever clients and models wrote. Null has none. */
  readonly patterns: Redactor | null;
  readonly text: boolean;
  readonly keyInfo: boolean;
}

/** What is no text and may always be logged. */
const PLAIN_PARAMETERS: ReadonlySet<string> = new Set([
  "dimensions",
  "encoding_format",
  "frequency_penalty",
  "logprobs",
  "max_completion_tokens",
  "max_tokens",
  "n",
  "parallel_tool_calls",
  "presence_penalty",
  "reasoning_effort",
  "seed",
  "service_tier",
  "stream",
  "stream_options",
  "temperature",
  "top_k",
  "top_logprobs",
  "top_p",
  "verbosity",
]);
const NO_PARAMETERS: ReadonlySet<string> = new Set([
  "input",
  "messages",
  "metadata",
  "litellm_metadata",
  "model",
  "user",
]);

/** A whole request may be logged, and not more than that. */
const LIMITS = {
  depth: 40,
  itemsPerValue: 20_000,
  valuesPerLine: 200_000,
  charactersPerText: 4 * 1024 * 1024,
  charactersPerLine: 16 * 1024 * 1024,
};

/** The call as sinks get it. Costs a pass over all of it, so it is done once, and not while anybody waits. */
export function prepareCall(entry: CallEntry, options: PrepareOptions): LoggedCall {
  const text = entry.text && options.text;
  const plain = toLoggable({ ...ids(entry), ...written(entry, text, options) }, LIMITS);
  const blanked = options.patterns === null ? plain : withoutPatterns(plain, options.patterns);
  const clean = options.secrets.finds(JSON.stringify(blanked)) ? redactLoggable(blanked, options.secrets) : blanked;
  return clean as unknown as LoggedCall;
}

function ids({ pairs, primary, traceparent, parentSpan, comparison }: CallEntry) {
  return {
    pair_id: pairs[0]?.pair_id ?? null,
    pair_ids: pairs.map(({ pair_id }) => pair_id),
    experiment: pairs[0]?.experiment ?? null,
    experiments: [...new Set(pairs.map(({ experiment }) => experiment))],
    primary,
    traceparent,
    parent_span: parentSpan,
    comparison: comparison === null ? null : withoutPaths(comparison),
  };
}

/** Where two JSON answers differ is told by their keys, and those are the answers' words. */
function withoutPaths(comparison: Partial<Comparison>): Partial<Comparison> {
  const { json_differences: _words, ...figures } = comparison;
  return figures;
}

/** What clients and models wrote. */
function written(entry: CallEntry, text: boolean, { keyInfo }: PrepareOptions) {
  const { request } = entry;
  const record = keyInfo ? entry.record : withoutCaller(entry.record);
  const { metadata, tags } = metadataOf(request, keyInfo);
  return {
    record: text ? record : withoutTexts(record),
    text,
    messages: text ? (request["messages"] ?? request["input"] ?? null) : REDACTED,
    parameters: parametersOf(request, text),
    metadata,
    tags,
    end_user: typeof request["user"] === "string" ? request["user"] : null,
  };
}

function withoutCaller({ caller: _name, ...record }: CallRecord): CallRecord {
  return record;
}

function parametersOf(request: CallEntry["request"], text: boolean): Record<string, unknown> {
  const entries = Object.entries(request).filter(([name]) => {
    return text ? !NO_PARAMETERS.has(name) : PLAIN_PARAMETERS.has(name);
  });
  return Object.fromEntries(entries);
}

function metadataOf({ metadata, litellm_metadata }: CallEntry["request"], keyInfo: boolean) {
  const both: Record<string, unknown> = { ...asObject(litellm_metadata), ...asObject(metadata) };
  const { tags, ...rest } = both;
  const kept = Object.entries(rest).filter(([name]) => keyInfo || !name.startsWith("user_api_key"));
  const texts = Array.isArray(tags) ? tags.filter((tag): tag is string => typeof tag === "string") : [];
  return { metadata: Object.fromEntries(kept), tags: texts };
}

function asObject(value: unknown): object {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

/** Figures, names and kinds stay. Messages of errors go: providers quote in them what they were asked. */
function withoutTexts(record: CallRecord): CallRecord {
  return {
    ...record,
    answer: record.answer === null ? null : withoutWords(record.answer),
    error: record.error === null ? null : withoutMessage(record.error),
    attempts: record.attempts.map((attempt) => ({
      ...attempt,
      message: attempt.message === null ? null : REDACTED,
    })),
  };
}

function withoutWords({ text, refusal, tool_calls, finish_reason, choices }: Answer): Answer {
  return {
    text: text === null ? null : REDACTED,
    refusal: refusal === null ? null : REDACTED,
    tool_calls: tool_calls.map(({ name }) => ({ name, arguments: REDACTED })),
    finish_reason,
    choices,
  };
}

function withoutMessage(error: CallError): CallError {
  return { ...error, message: REDACTED, param: null };
}

/** Fields of errors and attempts that hold our own words. */
const OUR_WORDS: ReadonlySet<string> = new Set(["kind", "outcome", "deployment", "model_group", "provider"]);

/**
 * Patterns see what was written, never our own names, ids and figures: a pattern for long numbers must not blank out a pair
 * or a time, nor one that matches `metadata` the field of that name.
 */
function withoutPatterns(plain: LoggableFields, patterns: Redactor): LoggableFields {
  const { record, messages, parameters, metadata, tags, end_user, ...rest } = plain;
  const { answer, error, attempts, ...figures } = record as LoggableFields;
  const asked = eachOf({ messages, parameters, metadata, tags, end_user }, (part) => redactValue(part, patterns));
  const said = eachOf({ answer, error, attempts }, (part) => withoutPatternsInWords(part, patterns));
  return { ...rest, ...asked, record: { ...figures, ...said } };
}

function eachOf(parts: Readonly<Record<string, Loggable | undefined>>, clean: (part: Loggable) => Loggable) {
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, clean(part ?? null)]));
}

function withoutPatternsInWords(value: Loggable, patterns: Redactor): Loggable {
  if (typeof value === "string") return patterns.clean(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item: Loggable) => withoutPatternsInWords(item, patterns));
  const fields = Object.entries(value).map(([name, inner]) => {
    return [name, OUR_WORDS.has(name) ? inner : withoutPatternsInWords(inner, patterns)] as const;
  });
  return Object.fromEntries(fields);
}
