import { viewRequest } from "@understudy/apis";
import {
  CHOICES,
  cosineSimilarity,
  favoursFirst,
  judgedTexts,
  judgementOf,
  JUDGEMENTS,
  judgeMessages,
  readJudgeReply,
} from "@understudy/evaluation";
import { MAX_JSON_DEPTH } from "@understudy/runtime";
import fc from "fast-check";
import { readReviewMemory } from "../../../apps/worker/src/reviews/review-memory.ts";
import { nearChatBodies } from "../generators/chats.ts";
import { jsonTexts, mutated, nested, numbers } from "../generators/json.ts";
import { lengths, shortText, texts } from "../generators/texts.ts";
import { depthOf, frozen, hold, holdPlain, inTime, sizeOf } from "../invariants.ts";
import { target } from "../target.ts";

const FENCE = "4f0c6a1e-7d8b-4a51-9a30-1d6f0b7c2e55";
const answer = texts({ most: 128 * 1024, units: [FENCE, `<<answer A ${FENCE}>>`], around: [FENCE] });

const given = fc.record({
  text: fc.oneof({ weight: 4, arbitrary: answer }, { weight: 1, arbitrary: fc.constant(null) }),
  tool_calls: fc.array(fc.record({ name: shortText, arguments: answer }), { maxLength: 3 }),
});

const requests = fc.oneof(
  { weight: 5, arbitrary: nearChatBodies },
  {
    weight: 1,
    arbitrary: lengths(20_000).map((count) => ({
      messages: Array.from({ length: count }, () => ({ role: "user", content: "x" })),
    })),
  },
  {
    weight: 1,
    arbitrary: lengths(500).map((levels) => ({
      messages: [{ role: "assistant", content: null, tool_calls: [nested(levels, "object")] }],
    })),
  },
);

const reply = fc.oneof(
  jsonTexts(fc.record({ better: fc.oneof(fc.constantFrom("A", "B", "tie", "a", null), shortText, numbers) })),
  fc.constantFrom("A", "B", "tie", "undecided", '{"better":"A"}', '```json\n{"better":"B"}\n```', "``````"),
  texts({ most: 64 * 1024, around: ["```json\n", "```", '{"better":"A"}'] }),
);

const choice = fc.oneof(fc.constantFrom(...CHOICES), fc.constant(null));
const vector = fc.array(fc.oneof(fc.double(), numbers), { maxLength: 6 });

export const targets = [
  target({
    name: "judges: prompts",
    runs: 200,
    inputs: fc.tuple(requests, given, given),
    check([request, primary, silent]) {
      // No deeper request is let in.
      if (depthOf(request) > MAX_JSON_DEPTH) return;
      const input = frozen([request, primary, silent] as const);
      const size = sizeOf(input);
      const judged = inTime(size, () => judgedTexts(viewRequest("chat", input[0]), input[1], input[2]));
      for (const order of ["primary_first", "silent_first"] as const) {
        const messages = inTime(size, () => judgeMessages(judged, order, FENCE));
        holdPlain(messages, 2);
        const text = messages.map(({ content }) => content).join("");
        hold(text.length < 60_000, "a prompt has no bound");
        hold(text.split(FENCE).length === 7, "a text holds the code of the marker lines");
      }
    },
  }),
  target({
    name: "judges: replies",
    runs: 400,
    inputs: reply,
    check(text) {
      const said = inTime(text.length, () => readJudgeReply(text));
      hold(said === null || CHOICES.includes(said), `a reply was read as ${String(said)}`);
    },
  }),
  target({
    name: "judges: judgements",
    runs: 100,
    inputs: fc.record({ primary_first: choice, silent_first: choice }),
    check(choices) {
      const judgement = judgementOf(choices);
      hold(JUDGEMENTS.includes(judgement), `the judgement ${judgement}`);
      hold(
        !favoursFirst(choices) || judgement === "order_dependent",
        "the first place won, and it was no matter of order",
      );
    },
  }),
  target({
    name: "judges: vectors",
    runs: 400,
    inputs: fc.tuple(vector, vector),
    check([one, other]) {
      for (const value of [cosineSimilarity(one, other), cosineSimilarity(one, one)]) {
        hold(value === null || (value >= -1 && value <= 1), `a cosine of ${String(value)}`);
      }
    },
  }),
  target({
    name: "judges: what a delivery remembers",
    runs: 300,
    inputs: mutated(
      fc.record({
        tries: fc.nat(),
        similarity: fc.oneof(fc.constant(null), fc.record({ value: numbers, cost_usd: numbers })),
        said: fc.record({ primary_first: fc.record({ choice, judge: shortText, cost_usd: numbers }) }),
      }),
    ),
    check(memory) {
      const read = inTime(sizeOf(memory), () => readReviewMemory(frozen(memory)), { baseMs: 100, msPerKb: 5 });
      hold(Number.isSafeInteger(read.tries) && read.tries >= 0, "tries that are no count");
    },
  }),
];
