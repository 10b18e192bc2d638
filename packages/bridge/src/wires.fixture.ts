import { EventStreamCodec } from "@smithy/core/event-streams";
import { fromUtf8, toUtf8 } from "@smithy/core/serde";
import { isObject, type WireObject } from "@understudy/apis";
import type { OwnWire } from "@understudy/contracts";

const FRAMES = { type: "application/vnd.amazon.eventstream", encoding: "latin1" } as const;

/** For tests: a call of a tool. */
export interface WireCall {
  readonly id: string;
  readonly name: string;
  readonly input: Readonly<Record<string, string>>;
}

/** For tests: a wire format that no client speaks, written and read by nothing of the bridge's. */
export interface WireFixture {
  /** A model's name of which nothing is left out. */
  readonly model: string;
  /** An answer that says this, and calls these: whole, and as a stream of bytes. */
  readonly whole: (text: string, calls: readonly WireCall[]) => object;
  readonly stream: (text: string, calls: readonly WireCall[]) => string;
  /** How a stream of it is typed and written, where it is not events in UTF-8. */
  readonly framing?: { readonly type: string; readonly encoding: BufferEncoding };
  /** Who said what, and under which ids tools were called and told of. */
  readonly read: (body: WireObject) => readonly (readonly string[])[];
}

export const WIRES: Readonly<Record<OwnWire, WireFixture>> = {
  converse: {
    model: "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    framing: FRAMES,
    whole: (text, calls) => ({
      output: { message: { role: "assistant", content: [{ text }, ...calls.map(converseCall)] } },
      ...converseEnd(calls),
    }),
    stream: (text, calls) =>
      frames(
        ["messageStart", { role: "assistant" }],
        ["contentBlockDelta", { contentBlockIndex: 0, delta: { text: text.slice(0, 1) } }],
        ["contentBlockDelta", { contentBlockIndex: 0, delta: { text: text.slice(1) } }],
        ["contentBlockStop", { contentBlockIndex: 0 }],
        ...calls.flatMap(converseCallEvents),
        ["messageStop", { stopReason: converseEnd(calls).stopReason }],
        ["metadata", { usage: converseEnd(calls).usage }],
      ).text,
    read: ({ messages }) =>
      listIn(messages).flatMap(({ role, content }) =>
        listIn(content).map(({ text, toolUse, toolResult }) => {
          if (isObject(toolUse))
            return ["call", String(toolUse["toolUseId"]), String(toolUse["name"]), JSON.stringify(toolUse["input"])];
          if (isObject(toolResult)) {
            const { toolUseId, content: said } = toolResult;
            return [
              "result",
              String(toolUseId),
              listIn(said)
                .map((part) => String(part["text"]))
                .join(""),
            ];
          }
          return [String(role), String(text)];
        }),
      ),
  },
  ollama: {
    model: "llama-3",
    whole: (text, calls) => ollamaLine({ content: text, tool_calls: calls.map(ollamaCall) }, true),
    stream: (text, calls) =>
      [
        ollamaLine({ content: text.slice(0, 1) }, false),
        ollamaLine({ content: text.slice(1) }, false),
        ...calls.map((call) => ollamaLine({ content: "", tool_calls: [ollamaCall(call)] }, false)),
        ollamaLine({ content: "" }, true),
      ]
        .map((line) => `${JSON.stringify(line)}\n`)
        .join(""),
    read: ({ messages }) =>
      listIn(messages).flatMap(({ role, content, tool_calls, tool_call_id }) => {
        if (role === "tool") return [["result", String(tool_call_id), String(content)]];
        const calls = listIn(tool_calls).map(({ id, function: called }) => {
          const { name, arguments: input } = isObject(called) ? called : {};
          return ["call", String(id), String(name), JSON.stringify(input)];
        });
        return [...(content === "" ? [] : [[String(role), String(content)]]), ...calls];
      }),
  },
  gemini: {
    model: "gemini-2.5-pro",
    whole: (text, calls) => geminiAnswer([{ text }, ...calls.map(geminiCall)], "STOP"),
    stream: (text, calls) =>
      [
        geminiAnswer([{ text: text.slice(0, 1) }], null),
        geminiAnswer([{ text: text.slice(1) }], null),
        geminiAnswer(calls.map(geminiCall), "STOP"),
      ]
        .map((frame) => `data: ${JSON.stringify(frame)}\r\n\r\n`)
        .join(""),
    read: ({ contents }) =>
      listIn(contents).flatMap(({ role, parts }) =>
        listIn(parts).map(({ text, functionCall, functionResponse }) => {
          if (isObject(functionCall))
            return [
              "call",
              String(functionCall["id"]),
              String(functionCall["name"]),
              JSON.stringify(functionCall["args"]),
            ];
          if (isObject(functionResponse)) {
            const { id, response } = functionResponse;
            return ["result", String(id), String(isObject(response) ? response["content"] : response)];
          }
          return [role === "model" ? "assistant" : String(role), String(text)];
        }),
      ),
  },
};

/** For tests: AWS's event stream, written by its own codec. An exception's name ends so. */
export function frames(...events: readonly (readonly [name: string, payload: object])[]): Framed {
  const codec = new EventStreamCodec(toUtf8, fromUtf8);
  const encoded = events.map(([name, payload]) => {
    const isException = name.endsWith("Exception");
    const text = (value: string) => ({ type: "string" as const, value });
    const headers = {
      [isException ? ":exception-type" : ":event-type"]: text(name),
      ":content-type": text("application/json"),
      ":message-type": text(isException ? "exception" : "event"),
    };
    return codec.encode({ headers, body: fromUtf8(JSON.stringify({ ...payload, p: "abcd" })) });
  });
  return { text: Buffer.concat(encoded).toString(FRAMES.encoding), stream: true };
}

interface Framed {
  readonly text: string;
  readonly stream: true;
}

function converseCall({ id, name, input }: WireCall): object {
  return { toolUse: { toolUseId: id, name, input } };
}

function converseCallEvents(
  { id, name, input }: WireCall,
  index: number,
): readonly (readonly [name: string, payload: object])[] {
  const contentBlockIndex = index + 1;
  const text = JSON.stringify(input);
  const piece = (part: string) =>
    ["contentBlockDelta", { contentBlockIndex, delta: { toolUse: { input: part } } }] as const;
  return [
    ["contentBlockStart", { contentBlockIndex, start: { toolUse: { toolUseId: id, name } } }],
    piece(text.slice(0, 3)),
    piece(text.slice(3)),
    ["contentBlockStop", { contentBlockIndex }],
  ];
}

function converseEnd(calls: readonly WireCall[]) {
  return {
    stopReason: calls.length === 0 ? "end_turn" : "tool_use",
    usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15 },
  };
}

function ollamaCall({ id, name, input }: WireCall): object {
  return { id, function: { name, arguments: input } };
}

function ollamaLine(message: object, done: boolean): object {
  const end = done ? { done_reason: "stop", prompt_eval_count: 10, eval_count: 5 } : {};
  return { model: "m-1", created_at: "2026-01-01T00:00:00Z", message: { role: "assistant", ...message }, done, ...end };
}

export function listIn(value: unknown): readonly WireObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function geminiCall({ id, name, input }: WireCall): object {
  return { functionCall: { id, name, args: input } };
}

function geminiAnswer(parts: readonly object[], finishReason: string | null): object {
  return {
    candidates: [{ content: { role: "model", parts }, index: 0, ...(finishReason === null ? {} : { finishReason }) }],
    usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 },
    modelVersion: "m-1",
    responseId: "1",
  };
}
