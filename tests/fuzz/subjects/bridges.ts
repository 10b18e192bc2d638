import { APIS } from "@understudy/apis";
import { CannotCarryError, UnreadableAnswerError } from "@understudy/bridge";
import fc, { type Arbitrary } from "fast-check";
import { across, greeting } from "../../../packages/bridge/src/bridge.fixture.ts";
import { damaged, mutated } from "../generators/json.ts";
import { depthOf, hold, holdPlain } from "../invariants.ts";
import { MAX_JSON_DEPTH } from "@understudy/runtime";
import { target } from "../target.ts";

const schema = { type: "object", properties: { a: { type: "string" } } };
const image = "data:image/png;base64,iVBORw0KGgo=";
const call = { id: "call_1", type: "function", function: { name: "f", arguments: '{"a":1}' } };
const REQUESTS = {
  chat: {
    model: "m",
    max_tokens: 10,
    temperature: 0.5,
    stop: ["x"],
    reasoning_effort: "low",
    thinking: { type: "enabled", budget_tokens: 1024 },
    messages: [
      { role: "system", content: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } }] },
      {
        role: "user",
        content: [
          { type: "text", text: "Hi" },
          { type: "image_url", image_url: { url: image } },
        ],
      },
      { role: "assistant", content: null, tool_calls: [call] },
      { role: "tool", tool_call_id: "call_1", content: "1" },
    ],
    tools: [
      { type: "function", function: { name: "f", parameters: schema, strict: true } },
      { type: "custom", custom: { name: "g" } },
    ],
    tool_choice: { type: "function", function: { name: "f" } },
    response_format: { type: "json_schema", json_schema: { name: "s", schema, strict: true } },
  },
  responses: {
    model: "m",
    instructions: "Be brief.",
    input: [
      {
        role: "user",
        content: [
          { type: "input_text", text: "Hi" },
          { type: "input_image", image_url: image },
        ],
      },
      { type: "function_call", call_id: "call_1", name: "f", arguments: '{"a":1}' },
      { type: "function_call_output", call_id: "call_1", output: "1" },
    ],
    tools: [{ type: "namespace", name: "n", tools: [{ type: "function", name: "f", parameters: schema }] }],
    text: { format: { type: "json_schema", name: "s", schema } },
    reasoning: { effort: "low" },
  },
  messages: {
    model: "m",
    max_tokens: 10,
    system: "Be brief.",
    messages: [
      {
        role: "user",
        content: [{ type: "image", source: { type: "base64", media_type: "image/png", data: "iVBORw0KGgo=" } }],
      },
      {
        role: "assistant",
        content: [
          { type: "thinking", thinking: "hm", signature: "s" },
          { type: "tool_use", id: "t_1", name: "f", input: {} },
        ],
      },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "t_1", content: "1", is_error: true }] },
    ],
    tools: [{ name: "f", input_schema: schema }],
    tool_choice: { type: "any" },
    output_config: { effort: "low", format: { type: "json_schema", schema } },
  },
} as const;
type Chat = keyof typeof REQUESTS;

const NAMES = Object.keys(REQUESTS) as readonly Chat[];
const pair = fc.constantFrom(
  ...NAMES.flatMap((api) => NAMES.filter((via) => via !== api).map((via) => [api, via] as const)),
);

type Body = Readonly<Record<string, unknown>>;

const requests: Arbitrary<readonly [Chat, Chat, Body]> = pair.chain(([api, via]) => {
  const bodies = mutated(fc.constant(REQUESTS[api]))
    .filter((body) => depthOf(body) <= MAX_JSON_DEPTH)
    .map((body) => (typeof body === "object" && body !== null && !Array.isArray(body) ? (body as Body) : {}));
  return fc.tuple(fc.constant(api), fc.constant(via), bodies);
});

/** A stream of an API, as a deployment that answers by itself would have it, and then damaged. */
function streamOf(via: Chat): string {
  let ids = 0;
  const asked = { response: "Hi there", text: "Hi there", toolCalls: [call], model: "m", body: {}, now: 0 };
  return [...APIS[via].mocked({ ...asked, newId: (prefix) => `${prefix}_${(ids += 1)}` }).events].join("");
}

const answers: Arbitrary<readonly [Chat, Chat, string, boolean]> = pair.chain(([api, via]) => {
  const text = fc.boolean().chain((stream) => {
    const whole = fc.constant(stream ? streamOf(via) : greeting(via).text);
    return fc.tuple(damaged(whole), fc.constant(stream));
  });
  return text.map(([said, stream]) => [api, via, said, stream] as const);
});

export const targets = [
  target({
    name: "bridges: requests",
    runs: 400,
    inputs: requests,
    async check([api, via, body]) {
      try {
        const { sent, changes } = await across({ api, via, body: { ...body, stream: false } });
        hold(sent !== null, "nothing was sent");
        holdPlain(changes, 2);
        hold(
          changes.every(({ param, reason }) => param !== "" && reason.length <= 400),
          "a change without a name, or a long one",
        );
      } catch (error) {
        if (!(error instanceof CannotCarryError)) throw error;
        hold(error.message.length <= 1_000, "a refusal that is longer than anyone reads");
      }
    },
  }),
  target({
    name: "bridges: answers",
    runs: 300,
    inputs: answers,
    async check([api, via, text, stream]) {
      const base: Body = { ...REQUESTS[api], stream };
      try {
        const told = await across({ api, via, body: base, said: { text, stream } });
        holdPlain(APIS[api].read(Buffer.from(told.text)), 4);
      } catch (error) {
        if (!(error instanceof UnreadableAnswerError)) throw error;
      }
    },
  }),
];
