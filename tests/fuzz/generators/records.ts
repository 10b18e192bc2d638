import { API_NAMES, type CallRecord } from "@understudy/contracts";
import { sampleCallRecord } from "@understudy/contracts/fixture";
import fc, { type Arbitrary } from "fast-check";
import { copyOf, numbers, values, written } from "./json.ts";
import { lengths, repeated, shortText, texts } from "./texts.ts";

/** Call records as they come of odd answers: every field of the right type, and of any value. */

const toolCall = fc.record({
  name: fc.oneof(shortText, fc.constantFrom("look_up", "add", "__proto__", "")),
  arguments: fc.oneof(values.map(written), shortText),
});

export interface AnswerOptions {
  readonly text: Arbitrary<string | null>;
}

/** What a queue may give back in place of a digest of vectors. */
const digests = fc.record({
  count: fc.oneof(fc.nat({ max: 40 }), fc.double()),
  dimensions: fc.option(fc.nat()),
  taken: fc.oneof(fc.constantFrom(3, 5, 32), fc.double(), fc.constant(1e9)),
  similarities: fc.option(
    fc.oneof(
      shortText,
      fc
        .constantFrom(3, 5, 32)
        .chain((taken) =>
          fc
            .uint8Array({ minLength: taken * (taken - 1), maxLength: taken * (taken - 1) })
            .map((bytes) => Buffer.from(bytes).toString("base64")),
        ),
    ),
  ),
});

export function answers({ text }: AnswerOptions): Arbitrary<NonNullable<CallRecord["answer"]>> {
  const inWords = fc.record({
    text,
    refusal: fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: shortText }),
    tool_calls: fc.oneof(
      { weight: 12, arbitrary: fc.constant([]) },
      { weight: 4, arbitrary: fc.array(toolCall, { maxLength: 3 }) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(toolCall, lengths(300))
          .map(([call, count]) => Array.from({ length: count }, () => copyOf(call))),
      },
    ),
    finish_reason: fc.oneof(fc.constantFrom("stop", "stop", "stop", "length", "content_filter", null), shortText),
    choices: fc.nat({ max: 3 }),
  });
  const inVectors = fc.tuple(inWords, digests).map(([answer, vectors]) => ({ ...answer, text: null, vectors }));
  return fc.oneof({ weight: 9, arbitrary: inWords }, { weight: 1, arbitrary: inVectors });
}

/** Providers count as they like, and clocks are set back. */
const amount = fc.oneof(
  { weight: 2, arbitrary: fc.constant(null) },
  { weight: 4, arbitrary: fc.double({ min: 0, max: 1e6, noNaN: true }) },
  { weight: 1, arbitrary: numbers.filter(Number.isFinite).map(Math.abs) },
);
const count = fc.oneof(fc.nat({ max: 10_000 }), fc.maxSafeNat());
const orNull = <T>(arbitrary: Arbitrary<T>): Arbitrary<T | null> =>
  fc.oneof({ weight: 5, arbitrary }, { weight: 1, arbitrary: fc.constant(null) });

const attempt = fc.record({
  deployment: shortText,
  model_group: shortText,
  provider: shortText,
  started_at: fc.nat(),
  duration_ms: fc.nat(),
  outcome: fc.constantFrom("ok", "rate_limit", "malformed"),
  http_status: orNull(fc.integer({ min: 100, max: 599 })),
  message: orNull(texts({ most: 4_096 })),
});

const error = fc.record({
  kind: fc.constantFrom("rate_limit", "malformed", "aborted", "server_error"),
  status: fc.integer({ min: 100, max: 599 }),
  message: texts({ most: 8_192 }),
  type: orNull(shortText),
  code: orNull(shortText),
  param: orNull(shortText),
});

const change = fc.record({
  param: fc.oneof(shortText, fc.constantFrom("tools[0].function.strict", "temperature", "messages", "tools")),
  action: fc.constantFrom("renamed", "dropped", "set", "stripped"),
  reason: shortText,
});

export const answerText: Arbitrary<string | null> = fc.oneof(
  { weight: 4, arbitrary: texts({ most: 32 * 1024 }) },
  { weight: 1, arbitrary: repeated({ most: 256 * 1024 }) },
  { weight: 1, arbitrary: fc.constant(null) },
);

export function callRecords(text: Arbitrary<string | null> = answerText): Arbitrary<CallRecord> {
  return fc
    .record({
      id: fc.oneof(fc.constant("call_1"), shortText),
      request_id: fc.oneof(fc.constant("req_1"), shortText),
      client_request_id: orNull(shortText),
      role: fc.constantFrom("primary", "silent", "control", "judge", "embedding"),
      operation: fc.constantFrom(...API_NAMES),
      stream: fc.boolean(),
      status: fc.constantFrom("ok", "ok", "ok", "ok", "error", "partial"),
      model_group: fc.oneof(fc.constant("gpt-main"), shortText),
      answered_by: orNull(fc.constantFrom("gpt-main", "other")),
      deployment: orNull(shortText),
      provider: orNull(fc.oneof(fc.constantFrom("openai", "toString", "__proto__"), shortText)),
      model: orNull(shortText),
      response_model: orNull(texts({ most: 4_096 })),
      system_fingerprint: orNull(shortText),
      timing: fc.record({
        started_at: fc.nat(),
        total_ms: fc.double({ min: 0, max: 1e9, noNaN: true }),
        model_ms: amount,
        first_token_ms: amount,
        queue_wait_ms: amount,
      }),
      usage: orNull(
        fc.record({ input_tokens: count, output_tokens: count, cached_tokens: count, reasoning_tokens: count }),
      ),
      cost_usd: amount,
      list_cost_usd: amount,
      answer: orNull(answers({ text })),
      error: orNull(error),
      attempts: fc.array(attempt, { maxLength: 3 }),
      changes: fc.array(change, { maxLength: 3 }),
    })
    .map((fields) => sampleCallRecord(fields as Partial<CallRecord>));
}
