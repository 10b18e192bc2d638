import { APIS } from "@understudy/apis";
import type { OwnWire, SpokenApi, Via } from "@understudy/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { across, type Said as Sent } from "./bridge.fixture.ts";
import { listIn as listOf, WIRES } from "./wires.fixture.ts";

/** One exchange of a conversation: what is asked, what is called and told, what is answered. */
interface Exchange {
  readonly asked: string;
  readonly calls: readonly {
    readonly name: string;
    readonly input: Readonly<Record<string, string>>;
    readonly result: string;
  }[];
  readonly answered: string;
}

/** No model is told of a text of blanks, and Anthropic trims the assistant's last. */
const words = fc.string({ minLength: 1, maxLength: 40, unit: "grapheme" }).map((text) => `a${text}z`);
const call = fc.record({
  name: fc.constantFrom("read_file", "search", "run"),
  input: fc.dictionary(fc.constantFrom("path", "query", "n"), fc.string({ maxLength: 20, unit: "grapheme" })),
  result: words,
});
const conversation = fc.array(fc.record({ asked: words, calls: fc.array(call, { maxLength: 3 }), answered: words }), {
  minLength: 1,
  maxLength: 4,
});

/** What a conversation comes to, however it is written: who said what, and under which ids tools were called and told of. */
type Said = readonly string[];

const idOf = (at: number, index: number): string => `call_${at}_${index}`;

function saidIn(exchanges: readonly Exchange[]): readonly Said[] {
  return exchanges.flatMap(({ asked, calls, answered }, at) => [
    ["user", asked],
    ...calls.map(({ name, input }, index) => ["call", idOf(at, index), name, JSON.stringify(input)]),
    ...calls.map(({ result }, index) => ["result", idOf(at, index), result]),
    ["assistant", answered],
  ]);
}

type Body = Readonly<Record<string, unknown>>;

const ANY = { type: "object", properties: {} };

/** The tools that are called, as a client offers them. */
function offered(exchanges: readonly Exchange[], tool: (name: string) => object): object {
  const names = new Set(exchanges.flatMap(({ calls }) => calls.map(({ name }) => name)));
  return names.size === 0 ? {} : { tools: [...names].map(tool) };
}

const WRITTEN: Readonly<Record<SpokenApi, (exchanges: readonly Exchange[]) => Body>> = {
  chat: (exchanges) => ({
    max_tokens: 10,
    ...offered(exchanges, (name) => ({ type: "function", function: { name, parameters: ANY } })),
    messages: exchanges.flatMap(({ asked, calls, answered }, at) => [
      { role: "user", content: asked },
      ...(calls.length === 0
        ? []
        : [
            {
              role: "assistant",
              content: null,
              tool_calls: calls.map(({ name, input }, index) => ({
                id: idOf(at, index),
                type: "function",
                function: { name, arguments: JSON.stringify(input) },
              })),
            },
          ]),
      ...calls.map(({ result }, index) => ({ role: "tool", tool_call_id: idOf(at, index), content: result })),
      { role: "assistant", content: answered },
    ]),
  }),
  responses: (exchanges) => ({
    max_output_tokens: 10,
    ...offered(exchanges, (name) => ({ type: "function", name, parameters: ANY })),
    input: exchanges.flatMap(({ asked, calls, answered }, at) => [
      { role: "user", content: [{ type: "input_text", text: asked }] },
      ...calls.map(({ name, input }, index) => ({
        type: "function_call",
        call_id: idOf(at, index),
        name,
        arguments: JSON.stringify(input),
      })),
      ...calls.map(({ result }, index) => ({ type: "function_call_output", call_id: idOf(at, index), output: result })),
      { type: "message", role: "assistant", content: [{ type: "output_text", text: answered }] },
    ]),
  }),
  messages: (exchanges) => ({
    max_tokens: 10,
    ...offered(exchanges, (name) => ({ name, input_schema: ANY })),
    messages: exchanges.flatMap(({ asked, calls, answered }, at) => [
      { role: "user", content: asked },
      ...(calls.length === 0
        ? []
        : [
            {
              role: "assistant",
              content: calls.map(({ name, input }, index) => ({ type: "tool_use", id: idOf(at, index), name, input })),
            },
            {
              role: "user",
              content: calls.map(({ result }, index) => ({
                type: "tool_result",
                tool_use_id: idOf(at, index),
                content: result,
              })),
            },
          ]),
      { role: "assistant", content: answered },
    ]),
  }),
};

function textOf(content: unknown): string {
  return typeof content === "string"
    ? content
    : listOf(content)
        .map(({ text }) => String(text))
        .join("");
}

/** Read as each API's own documents have it, and by nothing of the bridge's. */
const READ: Readonly<Record<SpokenApi, (body: Body) => readonly Said[]>> = {
  chat: ({ messages }) =>
    listOf(messages).flatMap(({ role, content, tool_calls, tool_call_id }): readonly Said[] => {
      if (role === "tool") return [["result", String(tool_call_id), textOf(content)]];
      const called = listOf(tool_calls).map(({ id, function: f }): Said => {
        const { name, arguments: text } = f as Body;
        return ["call", String(id), String(name), String(text)];
      });
      const text = textOf(content ?? "");
      return [...(text === "" ? [] : [[String(role), text]]), ...called];
    }),
  responses: ({ input }) =>
    listOf(input).flatMap(({ type, role, content, call_id, name, arguments: text, output }): readonly Said[] => {
      if (type === "function_call") return [["call", String(call_id), String(name), String(text)]];
      if (type === "function_call_output") return [["result", String(call_id), textOf(output)]];
      return [[String(role), textOf(content)]];
    }),
  messages: ({ messages }) =>
    listOf(messages).flatMap(({ role, content }) => {
      const blocks = typeof content === "string" ? [{ type: "text", text: content }] : listOf(content);
      return blocks.map((block: Body): Said => {
        if (block["type"] === "tool_use")
          return ["call", String(block["id"]), String(block["name"]), JSON.stringify(block["input"])];
        if (block["type"] === "tool_result") return ["result", String(block["tool_use_id"]), textOf(block["content"])];
        return [String(role), String(block["text"])];
      });
    }),
};

const APIS_OF_CHATS = Object.keys(WRITTEN) as readonly SpokenApi[];
const VIAS: readonly Via[] = [...APIS_OF_CHATS, ...(Object.keys(WIRES) as readonly OwnWire[])];
const PAIRS = APIS_OF_CHATS.flatMap((client) =>
  VIAS.filter((via) => via !== client).map((via) => [client, via] as const),
);

function wireOf(via: Via): (typeof WIRES)[OwnWire] | null {
  return Object.hasOwn(WIRES, via) ? WIRES[via as OwnWire] : null;
}

/** What a deployment answers, whole or streamed, in an API or in a wire format of its own. */
function saidBy(via: Via, text: string, calls: readonly Called[], stream: boolean): Sent {
  const wire = wireOf(via);
  if (wire !== null)
    return stream ? { text: wire.stream(text, calls), stream } : { text: JSON.stringify(wire.whole(text, calls)) };
  const toolCalls = calls.map(({ id, name, input }) => ({
    id,
    type: "function",
    function: { name, arguments: JSON.stringify(input) },
  }));
  let ids = 0;
  const { whole, events } = APIS[via as SpokenApi].mocked({
    response: text,
    text,
    toolCalls: calls.length === 0 ? null : toolCalls,
    model: "m-1",
    now: 0,
    body: { stream },
    newId: (prefix) => `${prefix}_${(ids += 1)}`,
  });
  return stream ? { text: [...events].join(""), stream } : { text: JSON.stringify(whole) };
}

type Called = Omit<Exchange["calls"][number], "result"> & { readonly id: string };

describe.each(PAIRS)("from %s to %s", (client, via) => {
  test("each conversation keeps its turns, tools, ids and texts", async () => {
    await fc.assert(
      fc.asyncProperty(conversation, async (exchanges) => {
        const model = wireOf(via)?.model ?? "m";
        const { sent, changes } = await across({ api: client, via, body: WRITTEN[client](exchanges), model });
        const read = wireOf(via)?.read ?? READ[via as SpokenApi];
        expect(read(sent?.body ?? {})).toEqual(saidIn(exchanges));
        expect(changes).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test.each([false, true])("each answer says the same, streamed: %s", async (stream) => {
    await fc.assert(
      fc.asyncProperty(words, fc.array(call, { maxLength: 3 }), async (text, calls) => {
        const made = calls.map((one, index) => ({ ...one, id: idOf(0, index) }));
        const said = saidBy(via, text, made, stream);
        const body = { ...WRITTEN[client]([{ asked: "Hi", calls: [], answered: "Hm" }]), stream };
        const answer = APIS[client].read(Buffer.from((await across({ api: client, via, body, said })).text));
        expect(answer).toMatchObject({ complete: true, error_body: null, answer: { text } });
        const called = calls.map(({ name, input }) => ({ name, arguments: JSON.stringify(input) }));
        expect(answer.answer?.tool_calls).toEqual(called);
      }),
      { numRuns: 60 },
    );
  });
});
