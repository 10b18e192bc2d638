import { createMetrics, logCall } from "@understudy/telemetry";
import fc, { type Arbitrary } from "fast-check";
import { jsonLayout, prettyLayout } from "../../../packages/telemetry/src/layouts.ts";
import { writeLine } from "../../../packages/telemetry/src/log-line.ts";
import { toLoggable } from "../../../packages/telemetry/src/loggable.ts";
import { createRedactor } from "../../../packages/telemetry/src/redaction.ts";
import { type CallEntry, type LoggedCall, prepareCall } from "../../../packages/telemetry/src/sinks/logged-call.ts";
import {
  generationAttributes,
  traceAttributes,
} from "../../../packages/telemetry/src/sinks/langfuse/langfuse-attributes.ts";
import { comparisonScores } from "../../../packages/telemetry/src/sinks/langfuse/langfuse-scores.ts";
import { metricAttributes, spanAttributes } from "../../../packages/telemetry/src/sinks/otel/gen-ai.ts";
import { createPatterns } from "../../../packages/telemetry/src/sinks/patterns.ts";
import { standardPayload } from "../../../packages/telemetry/src/sinks/standard-payload.ts";
import { nearChatBodies } from "../generators/chats.ts";
import { nested, values } from "../generators/json.ts";
import { answerText, callRecords } from "../generators/records.ts";
import { lengths, SECRETS, shortText, texts } from "../generators/texts.ts";
import { frozen, hold, holdNoSecret, holdPlain, inTime, sizeOf } from "../invariants.ts";
import { target } from "../target.ts";

/** Texts that may hold a secret at any place, plain or as JSON writes it. */
const leaking: Arbitrary<string> = fc
  .tuple(texts({ most: 8_192 }), fc.constantFrom(...SECRETS), texts({ most: 8_192 }), fc.nat({ max: 3 }))
  .map(([head, secret, tail, inside]) => {
    let told = secret as string;
    for (let level = 0; level < inside; level += 1) told = JSON.stringify(told).slice(1, -1);
    return head + told + tail;
  });

/** What a logger is handed by mistake. */
const odd: Arbitrary<unknown> = fc.oneof(
  leaking,
  values,
  lengths(100_000).map((levels) => nested(levels, "mixed")),
  fc.constantFrom(
    undefined,
    Symbol("s"),
    1n,
    Number.NaN,
    () => SECRETS[0],
    new Date(Number.NaN),
    new Map([[SECRETS[0], 1]]),
  ),
  fc.constant({
    get broken(): never {
      throw new Error(SECRETS[0]);
    },
  }),
  fc.constant({
    toJSON(): never {
      throw new Error("no");
    },
  }),
  leaking.map((text) => new Error(text, { cause: new AggregateError([new Error(text)]) })),
  leaking.map((text) => Object.assign(Object.create(null) as object, { [text]: { authorization: text } })),
  fc.constant(circle()),
  leaking.map((text) => ["authorization", text, Buffer.from(text)]),
);

function circle(): object {
  const one: Record<string, unknown> = {};
  one["self"] = [one];
  return one;
}

const SECRETS_ONLY = createRedactor(SECRETS);
const layouts = [jsonLayout, prettyLayout(false), prettyLayout(true)];

const entry: Arbitrary<CallEntry> = fc
  .record({
    record: callRecords(fc.oneof(answerText, leaking)),
    request: nearChatBodies,
    text: fc.boolean(),
    traceparent: fc.oneof(fc.constant(null), shortText),
    comparison: fc.oneof(fc.constant(null), fc.constant({ comparable: true, agrees: null, rouge_l: 0.5 })),
  })
  .map((fields) => ({
    ...fields,
    request: (typeof fields.request === "object" && fields.request !== null
      ? fields.request
      : {}) as CallEntry["request"],
    pairs: [{ pair_id: "pair_1", experiment: "chat~candidate" }],
    primary: fields.record.role === "primary" ? null : { call_id: "call_0", model_group: "gpt-main" },
    bytes: 100,
    parentSpan: null,
  }));

const patterns = createPatterns(["[0-9]{3,}", "a+b", "(?i)e"]);

/** A call as each sink writes it. */
function holdLogged(call: LoggedCall): void {
  for (const shape of [
    standardPayload(call),
    metricAttributes(call),
    spanAttributes(call, true),
    generationAttributes(call),
    traceAttributes(call),
    comparisonScores(call, null),
  ]) {
    holdNoSecret(JSON.stringify(shape), SECRETS);
  }
}

export const targets = [
  target({
    name: "telemetry: lines",
    runs: 400,
    inputs: fc.tuple(leaking, fc.dictionary(shortText, odd, { maxKeys: 5 })),
    check([message, fields]) {
      const size = sizeOf(fields) + message.length;
      for (const layout of layouts) {
        const options = { service: "gateway", layout, redactor: SECRETS_ONLY };
        const line = inTime(size, () => writeLine({ time: 0, level: "info", message, fields }, options), {
          baseMs: 150,
          msPerKb: 2,
        });
        hold(!/[\n\r\0]/.test(line), "a line is more than one line");
        hold(line.length < 3 * 1024 ** 2, "a line has no bound");
        holdNoSecret(line, SECRETS);
        if (layout === jsonLayout) holdNoSecret(JSON.stringify(JSON.parse(line)), SECRETS);
      }
    },
  }),
  target({
    name: "telemetry: values of any kind",
    runs: 400,
    inputs: odd,
    check(value) {
      const fields = inTime(sizeOf(value), () => toLoggable({ value }), { baseMs: 150, msPerKb: 2 });
      holdPlain(fields, 12);
    },
  }),
  target({
    name: "telemetry: redaction",
    runs: 400,
    inputs: leaking,
    check(text) {
      hold(
        inTime(text.length, () => SECRETS_ONLY.finds(text)),
        "a secret is not found",
      );
      const clean = inTime(text.length, () => SECRETS_ONLY.clean(text));
      holdNoSecret(clean, SECRETS);
    },
  }),
  target({
    name: "telemetry: calls in sinks",
    runs: 200,
    inputs: entry,
    check(given) {
      frozen(given);
      const size = sizeOf(given);
      for (const text of [true, false]) {
        const options = { secrets: SECRETS_ONLY, patterns: text ? null : patterns, text, keyInfo: false };
        const call = inTime(size, () => prepareCall(given, options), { baseMs: 300, msPerKb: 8 });
        holdNoSecret(JSON.stringify(call), SECRETS);
        inTime(size, () => holdLogged(call), { baseMs: 300, msPerKb: 8 });
        if (text && given.text) continue;
        const words = given.record.answer?.text ?? "";
        hold(
          words.length < 40 || !JSON.stringify(call).includes(JSON.stringify(words)),
          "an answer is logged though it must not be",
        );
      }
    },
  }),
  target({
    name: "telemetry: metrics and log lines of calls",
    runs: 200,
    inputs: fc.array(callRecords(shortText), { maxLength: 4 }),
    async check(records) {
      const metrics = createMetrics({ service: "gateway", defaultMetrics: false });
      const lines: object[] = [];
      const logger = { debug: () => {}, info: add, warn: add, error: add };
      function add(_message: string, fields?: object): void {
        lines.push(fields ?? {});
      }
      for (const record of records) {
        metrics.callFinished(frozen(record));
        logCall(logger, record, { pairIds: ["pair_1", "pair_2"], experiments: [], logText: true });
      }
      hold(lines.length === records.length, "a call without a line");
      for (const line of lines) holdPlain(toLoggable(line), 12);
      hold(!/ NaN$/m.test(await metrics.text()), "a metric that is no number");
    },
  }),
];
