import fc, { type Arbitrary } from "fast-check";
import { damaged, jsonTexts, mutated, numbers, values, written } from "./json.ts";
import { schemas } from "./schemas.ts";
import { lengths, shortText, texts } from "./texts.ts";

/** Chats as clients ask for them, answers as providers give them. */

const words = texts({ most: 32 * 1024 });

const part = fc.oneof(
  fc.record({
    type: fc.constantFrom("text", "output_text", "refusal", "thinking"),
    text: shortText,
    refusal: shortText,
  }),
  fc.record({
    type: fc.constant("image_url"),
    image_url: fc.record({ url: fc.constant("data:image/png;base64,AAAA") }),
  }),
);
const content = fc.oneof(words, fc.constant(null), fc.array(part, { maxLength: 3 }));

const argumentsText = fc.oneof(fc.json(), values.map(written), damaged(fc.json()), shortText);
const toolNames = fc.constantFrom("look_up", "add", "", "__proto__", "toString");

const toolCall = fc.record(
  {
    index: fc.oneof(fc.nat({ max: 3 }), fc.constantFrom(-1, 2 ** 40, 1.5)),
    id: fc.constantFrom("call_1", "call_2", "", null),
    type: fc.constantFrom("function", "custom"),
    function: fc.record({ name: toolNames, arguments: argumentsText }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);

const tool = fc.record(
  {
    type: fc.constantFrom("function", "web_search", "custom", "code_interpreter"),
    function: fc.record({ name: toolNames, description: shortText, parameters: schemas, strict: fc.boolean() }),
  },
  { requiredKeys: ["function"] },
);

const message = fc.record(
  {
    role: fc.constantFrom("system", "developer", "user", "assistant", "tool"),
    content,
    name: shortText,
    tool_calls: fc.array(toolCall, { maxLength: 3 }),
  },
  { requiredKeys: ["role", "content"] },
);

const metadata = fc.record(
  {
    session_id: shortText,
    tags: fc.array(fc.oneof(shortText, numbers), { maxLength: 3 }),
    trace_id: shortText,
    trace_metadata: values,
    api_key: shortText,
    mirror: fc.constant(false),
    is_silent_experiment: fc.boolean(),
  },
  { requiredKeys: [] },
);

/** A body of `/v1/chat/completions`, whole or nearly. */
export const chatBodies: Arbitrary<Record<string, unknown>> = fc.record(
  {
    model: fc.constantFrom("gpt-main", "quiet", "openai/gpt-4o", "*", ""),
    messages: fc.array(message, { minLength: 1, maxLength: 4 }),
    stream: fc.constantFrom(true, false, null),
    stream_options: fc.record({ include_usage: fc.boolean() }),
    tools: fc.array(tool, { maxLength: 3 }),
    tool_choice: fc.oneof(fc.constantFrom("auto", "none"), fc.record({ function: fc.record({ name: toolNames }) })),
    response_format: fc.record({
      type: fc.constant("json_schema"),
      json_schema: fc.record({ name: shortText, schema: schemas }),
    }),
    temperature: numbers,
    top_p: numbers,
    n: numbers,
    max_tokens: numbers,
    max_completion_tokens: numbers,
    seed: fc.constantFrom(2 ** 53 + 2, -1),
    logit_bias: fc.constant({ "50256": -100 }),
    user: shortText,
    store: fc.boolean(),
    metadata,
    litellm_metadata: metadata,
    extra_body: values,
    web_search_options: values,
    api_key: shortText,
    "Api-Base": shortText,
    fallbacks: fc.array(shortText, { maxLength: 2 }),
  },
  { requiredKeys: ["model", "messages"] },
);

export const nearChatBodies: Arbitrary<unknown> = mutated(chatBodies);
export const chatBodyTexts: Arbitrary<string> = jsonTexts(chatBodies);

const count = fc.oneof(fc.nat({ max: 5_000 }), numbers, fc.constantFrom("12", null));

export const usages: Arbitrary<unknown> = fc.record(
  {
    prompt_tokens: count,
    completion_tokens: count,
    total_tokens: count,
    input_tokens: count,
    output_tokens: count,
    prompt_tokens_details: fc.record({ cached_tokens: count, cache_write_tokens: count }, { requiredKeys: [] }),
    completion_tokens_details: fc.record({ reasoning_tokens: count }, { requiredKeys: [] }),
    cache_read_input_tokens: count,
    cache_creation_input_tokens: count,
    prompt_cache_hit_tokens: count,
    prompt_cache_miss_tokens: count,
  },
  { requiredKeys: [] },
);

const finishReasons = fc.constantFrom("stop", "length", "tool_calls", "content_filter", null, "");

const answerMessage = fc.record(
  {
    role: fc.constant("assistant"),
    content,
    refusal: fc.oneof(fc.constant(null), shortText),
    reasoning_content: shortText,
    tool_calls: fc.array(toolCall, { maxLength: 4 }),
    function_call: fc.record({ name: toolNames, arguments: argumentsText }),
  },
  { requiredKeys: ["content"] },
);

/** A body of a plain answer. */
export const plainAnswers: Arbitrary<unknown> = fc.record(
  {
    id: shortText,
    object: fc.constant("chat.completion"),
    model: shortText,
    system_fingerprint: shortText,
    choices: fc.array(
      fc.record(
        { index: fc.nat({ max: 2 }), message: answerMessage, finish_reason: finishReasons },
        { requiredKeys: ["message"] },
      ),
      { maxLength: 3 },
    ),
    usage: fc.oneof(usages, fc.constant(null)),
    error: fc.oneof(fc.constant(null), fc.record({ message: shortText, type: shortText })),
  },
  { requiredKeys: ["choices"] },
);

export const plainAnswerTexts: Arbitrary<string> = jsonTexts(plainAnswers);

const delta = fc.record(
  {
    role: fc.constant("assistant"),
    content: fc.oneof(shortText, content),
    refusal: shortText,
    reasoning: shortText,
    tool_calls: fc.array(toolCall, { maxLength: 2 }),
    function_call: fc.record({ name: toolNames, arguments: shortText }),
  },
  { requiredKeys: [] },
);

const chunk = fc.record(
  {
    model: shortText,
    choices: fc.array(
      fc.record({ index: fc.nat({ max: 1 }), delta, finish_reason: finishReasons }, { requiredKeys: ["delta"] }),
      {
        maxLength: 2,
      },
    ),
    usage: fc.oneof(usages, fc.constant(null)),
    x_groq: fc.record({ usage: usages }),
  },
  { requiredKeys: ["choices"] },
);

const errorEvent = fc.record({
  error: fc.oneof(shortText, fc.record({ message: shortText, type: shortText, code: fc.oneof(shortText, numbers) })),
});

/** The lines of one event, without their ends. */
const event: Arbitrary<readonly string[]> = fc.oneof(
  { weight: 8, arbitrary: chunk.map((value) => [`data: ${written(value)}`]) },
  { weight: 2, arbitrary: mutated(chunk, 2).map((value) => [`data: ${written(value)}`]) },
  { weight: 1, arbitrary: damaged(chunk.map(written)).map((text) => [`data: ${text}`]) },
  { weight: 1, arbitrary: errorEvent.map((value) => ["event: error", `data: ${written(value)}`]) },
  { weight: 1, arbitrary: shortText.map((text) => [`: ${text}`]) },
  { weight: 1, arbitrary: fc.array(shortText, { maxLength: 4 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ["event: ping", "data: {}"],
      ["data: [DONE]"],
      ["data:"],
      ["data"],
      ["id: 7", "retry: 3"],
    ),
  },
);

const lineEnds = fc.constantFrom("\n", "\n", "\n", "\r\n", "\r");

/** Events of which each says a little more than those before: what is gathered over them must not be gone through each time. */
const ALWAYS_MORE = [
  '{"choices":[{"index":§,"delta":{"content":"a"}}]}',
  '{"choices":[],"usage":{"k§":1,"prompt_tokens":§}}',
  '{"choices":[{"delta":{"tool_calls":[{"index":§,"id":"call_§","function":{"name":"f§","arguments":"{"}}]}}]}',
  '{"choices":[{"delta":{"tool_calls":[{"id":"call_§","function":{"name":"f","arguments":"{}"}}]}}]}',
  '{"choices":[{"delta":{"tool_calls":[{"function":{"name":"f§"}}]}}]}',
  '{"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}',
  '{"error":{"message":"e§"}}',
  '{"x§":1}',
  "not JSON §",
] as const;

const growing = fc
  .tuple(fc.constantFrom(...ALWAYS_MORE), lengths(12_000), fc.constantFrom("data: ", "", "event: e§\ndata: "))
  .map(([text, count, lead]) =>
    Array.from({ length: count }, (_, at) =>
      `${lead}${text}${lead === "" ? "\n" : "\n\n"}`.replaceAll("§", String(at)),
    ).join(""),
  );

/** A streamed answer as text: events, in any line ends, whole or not. */
export const streamTexts: Arbitrary<string> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(
        fc.array(event, { maxLength: 12 }),
        lineEnds,
        fc.constantFrom("data: [DONE]", "data: [DONE]", ""),
        fc.constantFrom("", "", "\uFEFF"),
      )
      .map(
        ([events, end, done, mark]) => mark + [...events, [done]].map((lines) => lines.join(end) + end + end).join(""),
      ),
  },
  {
    weight: 2,
    arbitrary: damaged(
      fc
        .tuple(fc.array(event, { maxLength: 6 }), lineEnds)
        .map(([events, end]) => events.map((lines) => lines.join(end) + end + end).join("")),
    ),
  },
  { weight: 1, arbitrary: texts({ most: 512 * 1024, around: ["data: ", "event: error\ndata: ", "\uFEFFdata:"] }) },
  { weight: 1, arbitrary: growing },
  {
    weight: 1,
    arbitrary: fc
      .tuple(event, fc.nat({ max: 2_000 }))
      .map(([lines, times]) => `${lines.join("\n")}\n\n`.repeat(times).slice(0, 1024 ** 2)),
  },
);

/** A body in pieces, cut anywhere: mostly some places, sometimes every byte. */
export const cuts: Arbitrary<Cuts> = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }) },
  { weight: 1, arbitrary: fc.constant("bytes" as const) },
);

export type Cuts = readonly number[] | "bytes";

export function piecesOf(bytes: Uint8Array, at: Cuts): readonly Uint8Array[] {
  if (at === "bytes") return Array.from({ length: bytes.byteLength }, (_, from) => bytes.subarray(from, from + 1));
  const places = [0, ...at.map((place) => Math.floor(place * bytes.byteLength)), bytes.byteLength].toSorted(
    (a, b) => a - b,
  );
  return places.slice(1).map((to, index) => bytes.subarray(places[index], to));
}
