import { isObject, type WireObject } from "@understudy/apis";
import type { OwnWire } from "@understudy/contracts";

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
  /** Who said what, and under which ids tools were called and told of. */
  readonly read: (body: WireObject) => readonly (readonly string[])[];
}

export const WIRES: Readonly<Record<OwnWire, WireFixture>> = {
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
