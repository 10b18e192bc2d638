import type { Mocked, MockedAnswer } from "../mocked.ts";
import { isObject } from "../wire.ts";

/** LiteLLM's figures for every mocked answer. */
const USAGE = { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 } as const;
/** A stream's text comes in pieces of this many characters. */
const PIECE = 3;
const MOST_CHOICES = 128;

interface Message {
  readonly role: string;
  readonly content: string | null;
  readonly tool_calls?: readonly unknown[];
}

export interface MockedCompletion extends Readonly<Record<string, unknown>> {
  readonly id: string;
  readonly created: number;
  readonly model: string;
  readonly choices: readonly { readonly index: number; readonly message: Message; readonly finish_reason: string }[];
  readonly usage: object;
}

export function mockedChat(asked: Mocked): MockedAnswer {
  const completion = mockedCompletion(asked);
  return { whole: completion, events: eventsOf(completion, asked) };
}

/** A map is the answer itself; what it does not say is filled in. */
export function mockedCompletion({ response, text, toolCalls, body, model, now, newId }: Mocked): MockedCompletion {
  const given = isObject(response) ? response : {};
  const calls = toolCalls === null ? {} : { tool_calls: toolCalls };
  const message: Message = { role: "assistant", content: text, ...calls };
  const n =
    typeof body["n"] === "number" && Number.isInteger(body["n"]) ? Math.min(Math.max(body["n"], 1), MOST_CHOICES) : 1;
  const finish_reason = toolCalls === null ? "stop" : "tool_calls";
  const choices = Array.from({ length: n }, (_, index) => ({ index, message, finish_reason }));
  const created = Math.floor(now / 1000);
  return { id: newId("chatcmpl"), object: "chat.completion", created, model, choices, usage: USAGE, ...given };
}

function* eventsOf({ id, created, model, choices, usage }: MockedCompletion, asked: Mocked): Generator<string> {
  const chunk = (parts: object): string =>
    `data: ${JSON.stringify({ id, object: "chat.completion.chunk", created, model, ...parts })}\n\n`;
  for (const { index, message, finish_reason } of choices) {
    const said = (delta: object): string => chunk({ choices: [{ index, delta, finish_reason: null }] });
    yield said({ role: "assistant", content: "" });
    const text = message.content ?? "";
    for (let at = 0; at < text.length; at += PIECE) yield said({ content: text.slice(at, at + PIECE) });
    if (message.tool_calls !== undefined) yield said({ tool_calls: message.tool_calls.map(withIndex) });
    yield chunk({ choices: [{ index, delta: {}, finish_reason }] });
  }
  if (asksForUsage(asked)) yield chunk({ choices: [], usage });
  yield "data: [DONE]\n\n";
}

export function asksForUsage({ body }: Pick<Mocked, "body">): boolean {
  const options = body["stream_options"];
  return isObject(options) && options["include_usage"] === true;
}

function withIndex(call: unknown, index: number): object {
  return { index, ...(typeof call === "object" ? call : {}) };
}
