import { comparePair } from "@understudy/evaluation/compare";
import { silentLogger, systemClock } from "@understudy/runtime";
import fc, { type Arbitrary } from "fast-check";
import { createPairComparer, type PairComparer } from "../../../apps/worker/src/compare/pair-comparer.ts";
import { chatBodies } from "../generators/chats.ts";
import { damaged, mutated, nested, values, written } from "../generators/json.ts";
import { answerText, callRecords } from "../generators/records.ts";
import { schemas } from "../generators/schemas.ts";
import { lengths, repeated } from "../generators/texts.ts";
import { frozen, hold, holdPlain, inTime, sizeOf } from "../invariants.ts";
import { target } from "../target.ts";

const json = fc.oneof(
  { weight: 5, arbitrary: values.map(written) },
  { weight: 2, arbitrary: damaged(values.map(written)) },
  { weight: 1, arbitrary: lengths(100_000).map((levels) => written(nested(levels, "mixed"))) },
  {
    weight: 1,
    arbitrary: lengths(150_000).map((count) => `[${Array.from({ length: count }, (_, at) => at).join(",")}]`),
  },
  {
    weight: 1,
    arbitrary: lengths(20_000).map((count) => `{${Array.from({ length: count }, (_, at) => `"k${at}":{}`).join(",")}}`),
  },
);

/** What readers of answers look for: figures, dates, names, lists, code, refusals, other scripts. */
const WORDS = [
  "the",
  "answer",
  "is",
  "not",
  "yes",
  "No.",
  "42",
  "3.14",
  "1,000",
  "-7 %",
  "$5.00",
  "1e400",
  "12/31/2026",
  "2026-11-28",
  "noon",
  "three hundred and five",
  "Paris",
  "Müller",
  "I can't help with that.",
  "As an AI,",
  "\n",
  "\n\n- ",
  "\n1. ",
  "\n| a | b |\n|---|---|\n",
  "```js\nlet a = 1;\n```",
  "`code`",
  "**bold**",
  "# Title\n",
  "[link](http://x.test)",
  "你好，世界。",
  "مرحبا",
  "ﷺ",
  "e\u0301",
  "😀",
  "(",
  ")",
  '"',
  "'",
  "...",
  "?",
  "A",
  "B)",
  "Answer: C",
  '{"a": 1}',
  "<b>",
  "&amp;",
  "$x^2$",
  "\\frac{1}{2}",
  "km/h",
  "°C",
  "\u00A0",
  "\0",
] as const;

const prose = fc
  .tuple(fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 40 }), lengths(3_000))
  .map(([words, count]) =>
    Array.from({ length: count }, (_, at) => words[(at * 7 + (at % 5)) % words.length]).join(" "),
  );

const records = callRecords(
  fc.oneof(
    { weight: 3, arbitrary: json },
    { weight: 3, arbitrary: answerText },
    { weight: 6, arbitrary: prose },
    { weight: 1, arbitrary: repeated({ most: 1024 ** 2 }) },
  ),
);

/** How the silent answer comes of the primary's. */
const CHANGES: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text.toUpperCase(),
  (text) => text.slice(0, text.length / 2),
  (text) => `${text} ${text}`,
  (text) => text.replaceAll("a", "b").replaceAll("1", "2"),
  (text) => text.split(" ").toReversed().join(" "),
  (text) => `\`\`\`json\n${text}\n\`\`\``,
  (text) => `Sure! Here it is:\n\n${text}\n\nAnything else?`,
];

const tools = fc.array(
  fc.record({
    type: fc.constant("function"),
    function: fc.record({ name: fc.constantFrom("look_up", "add"), parameters: schemas }),
  }),
  { maxLength: 2 },
);

/** Schemas that refer to each other may ask for more than can be done: only the threads may be given those. */
const plainRequests = chatBodies.map(({ response_format: _schema, tools: _schemas, ...rest }) => rest);

const requests: Arbitrary<unknown> = fc.oneof(
  chatBodies,
  fc.record({ response_format: fc.record({ json_schema: fc.record({ schema: schemas }) }) }),
  fc.record({ tools }),
  mutated(chatBodies),
  values,
);

/** Two answers that have something to do with each other, or not. */
const both = fc
  .tuple(records, records, fc.oneof(fc.constant(null), fc.constantFrom(...CHANGES)))
  .map(([primary, silent, change]) => {
    const { answer } = primary;
    if (change === null || answer === null || answer.text === null) return { primary, silent };
    return { primary, silent: { ...silent, answer: { ...answer, text: change(answer.text) } } };
  });

const BOUND = { baseMs: 1_500, msPerKb: 3 };
const MATCHES = ["exact_match", "normalised_match", "json_equal", "tool_names_match", "tool_arguments_match"] as const;

type Comparison = ReturnType<typeof comparePair>;

function holdComparison(comparison: Comparison): void {
  holdPlain(comparison, 3);
  hold(JSON.stringify(comparison).length < 200_000, "a comparison has no bound");
  for (const name of ["edit_similarity", "rouge_l"] as const) {
    const value = comparison[name];
    hold(value === null || (value >= 0 && value <= 1), `${name} is ${String(value)}`);
  }
}

let comparer: PairComparer | null = null;

export const targets = [
  target({
    name: "comparisons: any pair",
    runs: 200,
    inputs: fc.tuple(both, fc.oneof(plainRequests, values)),
    check([{ primary, silent }, request]) {
      const input = frozen([primary, silent, request] as const);
      holdComparison(inTime(sizeOf(input), () => comparePair(...input), BOUND));
    },
  }),
  target({
    name: "comparisons: any schema",
    runs: 150,
    inputs: fc.tuple(both, requests),
    async check([{ primary, silent }, request]) {
      comparer ??= createPairComparer({ clock: systemClock, logger: silentLogger, longestMs: 500 });
      const before = systemClock.monotonic();
      const task = { primary, silent, request: written(request) };
      const comparison = await comparer.compare(task, "pair_1");
      if (comparison !== null) holdComparison(comparison);
      hold(systemClock.monotonic() - before < 20_000, "a comparison was not given up in time");
    },
  }),
  target({
    name: "comparisons: with itself",
    runs: 100,
    inputs: fc.tuple(records, plainRequests),
    check([record, request]) {
      const input = frozen([record, record, request] as const);
      const comparison = inTime(sizeOf(input), () => comparePair(...input), BOUND);
      for (const name of MATCHES) hold(comparison[name] !== false, `${name} of an answer and itself is false`);
      const broken = comparison.json_valid?.primary === false;
      hold(comparison.agrees !== false || broken, "an answer does not agree with itself");
    },
  }),
];
