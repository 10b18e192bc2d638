import type { Mocked, MockedAnswer } from "../mocked.ts";
import { isObject, textOrNull } from "../wire.ts";

/** LiteLLM's figures for every mocked answer. */
const USAGE = {
  input_tokens: 10,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 20,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 30,
} as const;

export function mockedResponse(asked: Mocked): MockedAnswer {
  const response = responseOf(asked);
  return { whole: response, events: responseEvents(response) };
}

/** A map is the answer itself; what it does not say is filled in. */
function responseOf({ response, toolCalls, text, model, now, newId }: Mocked) {
  const given = isObject(response) ? response : {};
  const calls = (toolCalls ?? []).filter(isObject).map(({ id, function: called }) => ({
    type: "function_call",
    id: newId("fc"),
    call_id: id,
    name: isObject(called) ? called["name"] : "",
    arguments: isObject(called) ? (textOrNull(called["arguments"]) ?? "{}") : "{}",
    status: "completed",
  }));
  const content = [{ type: "output_text", text, annotations: [] }];
  const message = { type: "message", id: newId("msg"), role: "assistant", status: "completed", content };
  return {
    id: newId("resp"),
    object: "response",
    created_at: Math.floor(now / 1000),
    status: "completed",
    error: null,
    incomplete_details: null,
    model,
    output: [message, ...calls] as readonly unknown[],
    usage: USAGE,
    ...given,
  };
}

/** The same as events, each text in one piece. */
function* responseEvents(response: ReturnType<typeof responseOf>): Generator<string> {
  const begun = { ...response, status: "in_progress", output: [], usage: null };
  const events = [
    { type: "response.created", response: begun },
    { type: "response.in_progress", response: begun },
    ...response.output.filter(isObject).flatMap(itemEvents),
    { type: `response.${response.status}`, response },
  ];
  for (const [number, event] of events.entries()) {
    yield `event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number: number })}\n\n`;
  }
}

type Item = Readonly<Record<string, unknown>>;
type Event = Item & { readonly type: string };

function itemEvents(item: Item, output_index: number): readonly Event[] {
  const place = { item_id: item["id"], output_index };
  const isMessage = item["type"] === "message";
  const started = { ...item, status: "in_progress", ...(isMessage ? { content: [] } : { arguments: "" }) };
  return [
    { type: "response.output_item.added", output_index, item: started },
    ...(isMessage ? textEvents(item, place) : argumentEvents(item, place)),
    { type: "response.output_item.done", output_index, item },
  ];
}

function textEvents({ content }: Item, place: object): readonly Event[] {
  const parts: readonly unknown[] = Array.isArray(content) ? content : [];
  return parts.filter(isObject).flatMap((part, content_index) => {
    const { text } = part;
    const at = { ...place, content_index };
    return [
      { type: "response.content_part.added", ...at, part: { ...part, text: "" } },
      { type: "response.output_text.delta", ...at, delta: text },
      { type: "response.output_text.done", ...at, text },
      { type: "response.content_part.done", ...at, part },
    ];
  });
}

function argumentEvents({ arguments: written }: Item, place: object): readonly Event[] {
  return [
    { type: "response.function_call_arguments.delta", ...place, delta: written },
    { type: "response.function_call_arguments.done", ...place, arguments: written },
  ];
}
