import { afterRefusal, classifyFailure, retryDelayIn } from "@understudy/providers";
import { maskSecrets, OPENAI_ERRORS, readRawFailureBody } from "@understudy/apis";
import fc, { type Arbitrary } from "fast-check";
import { testTargets } from "../../../packages/providers/src/targets/deployment.fixture.ts";
import { mentionsParam } from "../../../packages/providers/src/refusals/param-mention.ts";
import { readLowQuota } from "../../../packages/mirror/src/call/quota.ts";
import { ErrorInAnswer, refusedError, thrownError } from "../../../packages/router/src/transport/failure.ts";
import { decideNext, readRetryAfter } from "../../../packages/router/src/call/retry-policy.ts";
import { chatBodies } from "../generators/chats.ts";
import { jsonTexts, numbers, values } from "../generators/json.ts";
import { repeated, shortText, texts } from "../generators/texts.ts";
import { frozen, hold, holdPlain, inTime, unless } from "../invariants.ts";
import { target } from "../target.ts";

const REFUSALS = [
  "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
  "temperature: Extra inputs are not permitted",
  "`temperature` and `top_p` cannot both be specified",
  'Unknown name "logprobs": Cannot find field.',
  "unknown variant `developer`, expected one of `system`, `user`",
  "This model's maximum context length is 8192 tokens.",
  "Incorrect API key provided: sk-test*******1234.",
  "The response was filtered: content management policy",
] as const;

const message = fc.oneof(
  fc.constantFrom(...REFUSALS),
  fc.tuple(fc.constantFrom(...REFUSALS), texts({ most: 64 * 1024 })).map((both) => both.join(" ")),
  texts({ most: 64 * 1024 }),
);
const codes = fc.oneof(
  fc.constantFrom(
    "unsupported_parameter",
    "context_length_exceeded",
    "invalid_api_key",
    "content_filter",
    "None",
    null,
  ),
  numbers,
  shortText,
);
const param = fc.constantFrom("temperature", "tools[0].function", "max_tokens", "messages", null, "__proto__");

const errors = fc.record(
  {
    message,
    type: fc.oneof(shortText, codes),
    code: codes,
    param,
    status: codes,
    innererror: fc.record({ code: codes }),
  },
  { requiredKeys: ["message"] },
);

/** In the shapes of OpenAI and Azure, Anthropic, Google, Mistral, vLLM and FastAPI, and of proxies before them. */
const bodies: Arbitrary<unknown> = fc.oneof(
  fc.record({ error: errors }),
  fc.record({ error: message, code: codes }),
  fc.array(fc.record({ error: errors }), { maxLength: 2 }),
  fc.record({ type: fc.constant("error"), error: errors }),
  fc.record({
    detail: fc.array(fc.record({ loc: fc.array(fc.oneof(shortText, values)), msg: message }), { maxLength: 30 }),
  }),
  fc.record({ detail: message }),
  fc.record({
    object: fc.constant("error"),
    message: fc.oneof(
      message,
      message.map((text) => JSON.stringify({ message: text })),
    ),
  }),
  fc.record({ title: message, errors: fc.array(values) }),
);

const PAGES = ["<html>", "<!doctype html>", "<HTML><head>", "  <body>", "<html><title>"] as const;

const bodyTexts: Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: jsonTexts(bodies) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(...PAGES), repeated({ most: 70_000, around: ["<title", "</title>"] }))
      .map((parts) => parts.join("")),
  },
  { weight: 1, arbitrary: texts({ most: 128 * 1024 }) },
);

const statuses = fc.oneof(
  fc.integer({ min: 100, max: 599 }),
  fc.constantFrom(200, 302, 400, 401, 402, 403, 404, 408, 413, 422, 429, 500, 503, 529),
);

const TARGETS = testTargets([{}, { model: "openai/o3-mini" }, { model: "mistral/mistral-large" }]);

const LONGEST_MESSAGE = 20_000;
const LONGEST_LABEL = 200;

export const targets = [
  target({
    name: "failures: error bodies",
    runs: 600,
    inputs: fc.tuple(statuses, bodyTexts),
    check([status, body]) {
      for (const failure of [
        inTime(body.length, () => classifyFailure(status, body)),
        inTime(body.length, () => refusedError(status, body)),
        inTime(body.length, () => thrownError(new ErrorInAnswer(body))),
      ]) {
        holdPlain(failure, 6);
        hold(failure.message !== "", "a failure without words");
        hold(failure.message.length <= LONGEST_MESSAGE, "a message has no bound");
        for (const label of [failure.type, failure.code, failure.param]) {
          hold(label === null || label.length <= LONGEST_LABEL, "a label has no bound");
        }
      }
      inTime(body.length, () => readRawFailureBody(body));
      const wait = inTime(body.length, () => retryDelayIn(body));
      hold(wait === null || Number.isFinite(wait), `wait ${String(wait)} ms`);
      const told = inTime(body.length, () => OPENAI_ERRORS.providerError("rate_limit", body));
      if (told === null) return;
      const { error } = JSON.parse(told) as { error: { message?: unknown } };
      hold(typeof error.message === "string" && error.message !== "", "an error without words for the client");
    },
  }),
  target({
    name: "failures: what to send after a refusal",
    runs: 400,
    inputs: fc.tuple(chatBodies, bodyTexts),
    check([body, text]) {
      for (const one of TARGETS) {
        const after = inTime(text.length, () => afterRefusal(one, frozen(body), text), { baseMs: 100, msPerKb: 2 });
        if (after === null) continue;
        hold(after.changes.length > 0, "the same request would be sent again");
        for (const kept of ["model", "messages", "stream", "tools", "response_format"] as const) {
          // A role among the messages may be another now.
          const same = kept === "messages" || after.body[kept] === body[kept];
          hold(same, `${kept} carries the task, and was changed`);
        }
      }
    },
  }),
  target({
    name: "failures: parameters that a message names",
    runs: 400,
    inputs: fc.tuple(message, fc.oneof(shortText, fc.constantFrom("stop", "top_p", "a", "_", "x__y", "role"))),
    check([text, name]) {
      inTime(text.length, () => mentionsParam(text, name));
    },
  }),
  target({
    name: "failures: headers",
    runs: 500,
    inputs: fc.tuple(
      fc.dictionary(
        fc.constantFrom(
          "retry-after",
          "retry-after-ms",
          "x-ratelimit-limit-tokens",
          "x-ratelimit-remaining-tokens",
          "x-ratelimit-reset-tokens",
          "x-ratelimit-limit-requests",
          "x-ratelimit-remaining-requests",
          "x-ratelimit-reset-requests",
        ),
        fc.oneof(
          fc.constantFrom(
            "1",
            "0.5",
            "1e9",
            "Wed, 21 Oct 2026 07:28:00 GMT",
            "6m0s",
            "20ms",
            "2026-11-28T12:00:00Z",
            "-1",
            "99999999999999999999",
          ),
          fc.nat().map(String),
          texts({ most: 16 * 1024, around: ["1", "Wed, "], units: ["1h", "9", "1.", " GMT"] }),
        ),
      ),
      fc.double({ min: 0, max: 1, noNaN: true }),
    ),
    check([headers, random]) {
      const size = Object.values(headers).join("").length;
      const now = Date.UTC(2026, 10, 28);
      const retryAfterMs = inTime(size, () => readRetryAfter(headers, now));
      hold(
        retryAfterMs === null || (Number.isFinite(retryAfterMs) && retryAfterMs >= 0),
        `wait ${String(retryAfterMs)} ms`,
      );
      const low = inTime(size, () => readLowQuota(headers, now));
      if (low !== null) holdPlain(low, 1);
      hold(low === null || low.resetMs >= 0, "a reset in the past");
      const state = {
        retriesUsed: 0,
        retriesAllowed: 2,
        alternatives: 0,
        firstByteSent: false,
        shouldRetry: null,
      } as const;
      const next = decideNext({ ...state, kind: "rate_limit", retryAfterMs }, 0, () => random);
      hold(next.kind !== "retry" || next.afterMs <= 60_000, "waits longer than anyone would");
    },
  }),
  target({
    name: "failures: masking",
    runs: 600,
    inputs: fc.oneof(texts({ most: 64 * 1024 }), repeated({ most: 64 * 1024 })),
    check(text) {
      const masked = inTime(text.length, () => maskSecrets(text), { baseMs: 100, msPerKb: 4 });
      hold(masked.length <= 4 * text.length + 100, "masking lengthens without bound");
      unless([], () => maskSecrets(masked));
    },
  }),
  target({
    name: "failures: keys in what providers say",
    runs: 200,
    inputs: fc.tuple(
      fc.constantFrom(
        "Incorrect API key provided: ",
        "Bearer ",
        "key=",
        '{"api_key":"',
        "token: ",
        "https://x.test/?key=",
      ),
      fc.stringMatching(/^sk-[A-Za-z0-9]{20,40}$/),
      shortText,
      statuses,
    ),
    check([lead, key, tail, status]) {
      const said = `${lead}${key} ${tail}`;
      const failure = classifyFailure(
        status,
        JSON.stringify({ error: { message: said, code: said, type: said, param: said } }),
      );
      hold(!JSON.stringify(failure).includes(key), "a key came through");
      hold(
        OPENAI_ERRORS.providerError(failure.kind, said)?.includes(key) === false,
        "a key came through to the client",
      );
    },
  }),
];
