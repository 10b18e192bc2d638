/** Streams as OpenAI sends them, for tests. */
const SETTINGS = { instructions: "Be brief.", tools: [], tool_choice: "auto", temperature: 1, metadata: {} };
export const USAGE = {
  input_tokens: 30,
  input_tokens_details: { cached_tokens: 8 },
  output_tokens: 12,
  output_tokens_details: { reasoning_tokens: 4 },
  total_tokens: 42,
};

type Said = Readonly<Record<string, unknown>> & { readonly type: string };

export function response(status: string, rest: object = {}): object {
  const head = { id: "resp_1", object: "response", created_at: 1, status, error: null, incomplete_details: null };
  return { ...head, ...SETTINGS, model: "gpt-5-2025", output: [], usage: null, ...rest };
}

/** Named events, numbered from 0. */
export function eventsOf(...said: readonly Said[]): readonly string[] {
  return said.map(
    (event, number) => `event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number: number })}\n\n`,
  );
}

const BEGUN: readonly Said[] = [
  { type: "response.created", response: response("in_progress") },
  { type: "response.in_progress", response: response("in_progress") },
];

export const message = (text: string, id = "msg_1"): object => ({
  type: "message",
  id,
  role: "assistant",
  status: "completed",
  content: [{ type: "output_text", text, annotations: [] }],
});

function messageEvents(output_index: number, pieces: readonly string[]): readonly Said[] {
  const place = { item_id: "msg_1", output_index, content_index: 0 };
  const part = { type: "output_text", text: "", annotations: [] };
  const text = pieces.join("");
  const started = { type: "message", id: "msg_1", role: "assistant", status: "in_progress", content: [] };
  return [
    { type: "response.output_item.added", output_index, item: started },
    { type: "response.content_part.added", ...place, part },
    ...pieces.map((delta) => ({ type: "response.output_text.delta", ...place, delta, obfuscation: "x7" })),
    { type: "response.output_text.done", ...place, text },
    { type: "response.content_part.done", ...place, part: { ...part, text } },
    { type: "response.output_item.done", output_index, item: message(text) },
  ];
}

function callEvents(output_index: number, item: CallItem, pieces: readonly string[]): readonly Said[] {
  const [kind, field] = KINDS[item.type];
  const place = { item_id: item.id, output_index };
  const whole = pieces.join("");
  return [
    { type: "response.output_item.added", output_index, item: { ...item, [field]: "", status: "in_progress" } },
    ...pieces.map((delta) => ({ type: `response.${kind}.delta`, ...place, delta })),
    { type: `response.${kind}.done`, ...place, [field]: whole },
    { type: "response.output_item.done", output_index, item: { ...item, [field]: whole, status: "completed" } },
  ];
}

interface CallItem {
  readonly type: "function_call" | "custom_tool_call";
  readonly id: string;
  readonly call_id: string;
  readonly name: string;
  readonly namespace?: string;
}

const KINDS = {
  function_call: ["function_call_arguments", "arguments"],
  custom_tool_call: ["custom_tool_call_input", "input"],
} as const;

const REASONING = { type: "reasoning", id: "rs_1", summary: [] };
const WEATHER: CallItem = { type: "function_call", id: "fc_1", call_id: "call_1", name: "weather", namespace: "geo" };
const PATCH: CallItem = { type: "custom_tool_call", id: "ctc_1", call_id: "call_2", name: "patch" };

function reasoningEvents(output_index: number, pieces: readonly string[]): readonly Said[] {
  const place = { item_id: "rs_1", output_index, summary_index: 0 };
  const text = pieces.join("");
  return [
    { type: "response.output_item.added", output_index, item: REASONING },
    { type: "response.reasoning_summary_part.added", ...place, part: { type: "summary_text", text: "" } },
    ...pieces.map((delta) => ({ type: "response.reasoning_summary_text.delta", ...place, delta })),
    { type: "response.reasoning_summary_text.done", ...place, text },
    {
      type: "response.output_item.done",
      output_index,
      item: { ...REASONING, summary: [{ type: "summary_text", text }] },
    },
  ];
}

function ended(status: string, output: readonly object[], rest: object = {}): Said {
  return { type: `response.${status}`, response: response(status, { output, usage: USAGE, ...rest }) };
}

export const TEXT_STREAM = eventsOf(
  ...BEGUN,
  ...messageEvents(0, ["Héllo", " world"]),
  ended("completed", [message("Héllo world")]),
);

const CALLS: readonly object[] = [
  { ...WEATHER, arguments: '{"city":"Oslo"}' },
  { ...PATCH, input: "*** Begin" },
];
export const CALLS_STREAM = eventsOf(
  ...BEGUN,
  ...reasoningEvents(0, ["Let me ", "look."]),
  ...callEvents(1, WEATHER, ['{"city"', ':"Oslo"}']),
  ...callEvents(2, PATCH, ["*** ", "Begin"]),
  ended("completed", [REASONING, ...CALLS]),
);

export const LENGTH_STREAM = eventsOf(
  ...BEGUN,
  ...messageEvents(0, ["Once", " upon"]),
  ended("incomplete", [message("Once upon")], { incomplete_details: { reason: "max_output_tokens" } }),
);

export const FAILURE = { code: "rate_limit_exceeded", message: "Try again in 3s." };
export const FAILED_STREAM = eventsOf(
  ...BEGUN,
  ...messageEvents(0, ["Once"]).slice(0, 3),
  ended("failed", [], { error: FAILURE, usage: null }),
);
export const ERROR_STREAM = eventsOf(...BEGUN, { type: "error", code: "server_error", message: "m", param: null });
