import type { Mocked, MockedAnswer } from "../mocked.ts";
import { isObject, parseJson, textOrNull } from "../wire.ts";

/** LiteLLM's figures for every mocked answer. */
const USAGE = { input_tokens: 10, output_tokens: 20 } as const;

export function mockedMessage(asked: Mocked): MockedAnswer {
  const message = messageOf(asked);
  return { whole: message, events: messageEvents(message) };
}

/** A map is the answer itself; what it does not say is filled in. */
function messageOf({ response, toolCalls, text, model, newId }: Mocked) {
  const given = isObject(response) ? response : {};
  const calls = (toolCalls ?? []).filter(isObject).map(({ id, function: called }) => ({
    type: "tool_use",
    id,
    name: isObject(called) ? called["name"] : "",
    input: parseJson(isObject(called) ? (textOrNull(called["arguments"]) ?? "{}") : "{}"),
  }));
  return {
    id: newId("msg"),
    type: "message",
    role: "assistant",
    model,
    content: [{ type: "text", text }, ...calls] as readonly unknown[],
    stop_reason: calls.length === 0 ? "end_turn" : "tool_use",
    stop_sequence: null,
    usage: USAGE,
    ...given,
  };
}

/** The same as events, each block in one piece. */
function* messageEvents(message: ReturnType<typeof messageOf>): Generator<string> {
  const { content, stop_reason, stop_sequence, usage } = message;
  yield event("message_start", { message: { ...message, content: [], stop_reason: null } });
  for (const [index, block] of content.filter(isObject).entries()) {
    const { text, input } = block;
    yield event("content_block_start", {
      index,
      content_block: typeof text === "string" ? { ...block, text: "" } : { ...block, input: {} },
    });
    const delta =
      typeof text === "string"
        ? { type: "text_delta", text }
        : { type: "input_json_delta", partial_json: JSON.stringify(input ?? {}) };
    yield event("content_block_delta", { index, delta });
    yield event("content_block_stop", { index });
  }
  yield event("message_delta", { delta: { stop_reason, stop_sequence }, usage });
  yield event("message_stop", {});
}

function event(type: string, rest: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`;
}
