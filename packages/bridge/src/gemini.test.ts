import { APIS } from "@understudy/apis";
import type { SpokenApi } from "@understudy/contracts";
import { describe, expect, test } from "vitest";
import { across, type Crossed, events, type Said } from "./bridge.fixture.ts";

const HI = [{ role: "user", content: "Hi" }];
const ASKED: Readonly<Record<SpokenApi, object>> = {
  chat: { messages: HI },
  responses: { input: "Hi" },
  messages: { messages: HI, max_tokens: 100 },
};
const CLIENTS = Object.keys(ASKED) as readonly SpokenApi[];

const GEMINI_3 = "gemini-3-pro";

function toGemini(
  body: object,
  given: { readonly said?: Said; readonly model?: string; readonly settings?: object } = {},
) {
  const { model = "gemini-2.5-pro", said, settings = {} } = given;
  const answered = said === undefined ? {} : { said };
  return across({
    api: "chat",
    via: "gemini",
    body: { messages: HI, ...body },
    model,
    settings: { ...settings },
    ...answered,
  });
}

function answer(parts: readonly object[], more: object = {}): object {
  const candidate = { content: { role: "model", parts }, index: 0, finishReason: "STOP", ...more };
  return { candidates: [candidate], usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5 }, responseId: "1" };
}

const whole = (value: object): Said => ({ text: JSON.stringify(value) });
const contentsOf = (sent: Crossed["sent"]) => (sent?.body["contents"] ?? []) as readonly Content[];
const configIn = ({ sent }: Crossed) => sent?.body["generationConfig"];

const SIGNATURE = "c2lnbmVkIGJ5IEdlbWluaQ==";
/** Calls that are made at once: they have no ids, and the first alone is signed. */
const CALLS = [
  { functionCall: { name: "a", args: { n: 1 } }, thoughtSignature: SIGNATURE },
  { functionCall: { name: "b", args: {} } },
];

/** What each client sends back of an answer, with the results of its calls. */
const GO_ON: Readonly<Record<SpokenApi, (answer: Body) => object>> = {
  chat({ choices }) {
    const { message } = (choices as readonly { message: Body }[])[0] ?? { message: {} };
    const results = (message["tool_calls"] as readonly { id: string }[]).map(({ id }) => {
      return { role: "tool", tool_call_id: id, content: `result of ${id}` };
    });
    return { messages: [...HI, message, ...results] };
  },
  responses({ output }) {
    const items = output as readonly Body[];
    const calls = items.filter(({ type }) => type === "function_call");
    const results = calls.map(({ call_id }) => {
      return { type: "function_call_output", call_id, output: `result of ${String(call_id)}` };
    });
    return { input: [...HI, ...items, ...results] };
  },
  messages({ content }) {
    const blocks = content as readonly Body[];
    const results = blocks
      .filter(({ type }) => type === "tool_use")
      .map(({ id }) => {
        return { type: "tool_result", tool_use_id: id, content: `result of ${String(id)}` };
      });
    return {
      max_tokens: 100,
      messages: [...HI, { role: "assistant", content: blocks }, { role: "user", content: results }],
    };
  },
};

type Body = Readonly<Record<string, unknown>>;

interface Content {
  readonly role: string;
  readonly parts: readonly {
    readonly functionCall?: Body;
    readonly functionResponse?: Body;
    readonly thoughtSignature?: string;
  }[];
}

/** The whole answer, as the client's own reader has it of a stream. */
async function answerTo(api: SpokenApi, stream: boolean): Promise<Body> {
  const said = stream
    ? events(answer(CALLS.slice(0, 1), { finishReason: undefined }), answer(CALLS.slice(1)))
    : whole(answer(CALLS));
  const { text } = await across({ api, via: "gemini", body: { ...ASKED[api], stream }, model: GEMINI_3, said });
  if (!stream) return JSON.parse(text) as Body;
  const frames = [...text.matchAll(/^data: (\{.*)$/gm)].map(([, frame = ""]) => JSON.parse(frame) as Body);
  return JOINED[api](frames);
}

const JOINED: Readonly<Record<SpokenApi, (frames: readonly Body[]) => Body>> = {
  chat(frames) {
    const deltas = frames.flatMap(({ choices }) => (choices as readonly { delta: Body }[]).map(({ delta }) => delta));
    const pieces = deltas.flatMap(({ tool_calls: some }) => (some ?? []) as readonly Piece[]);
    const calls: Piece[] = [];
    for (const piece of pieces) {
      const { function: called, ...rest } = piece;
      const before = calls[piece.index];
      const said = {
        ...before?.function,
        ...called,
        arguments: `${before?.function.arguments ?? ""}${called.arguments}`,
      };
      calls[piece.index] = { ...before, ...rest, function: said };
    }
    return { choices: [{ message: { role: "assistant", content: null, tool_calls: calls } }] };
  },
  responses: (frames) => frames.at(-1)?.["response"] as Body,
  messages(frames) {
    const blocks: Record<string, unknown>[] = [];
    for (const { type, index, content_block: begun, delta } of frames as unknown as readonly Frame[]) {
      if (type === "content_block_start") blocks[index] = { ...begun };
      const block = blocks[index];
      if (type !== "content_block_delta" || block === undefined) continue;
      if (delta.type === "signature_delta") block["signature"] = delta.signature;
      if (delta.type === "input_json_delta") block["input"] = JSON.parse(delta.partial_json ?? "{}") as unknown;
    }
    return { content: blocks };
  },
};

interface Piece {
  readonly index: number;
  readonly function: { readonly arguments: string };
}

interface Frame {
  readonly type: string;
  readonly index: number;
  readonly content_block: object;
  readonly delta: { readonly type: string; readonly signature?: string; readonly partial_json?: string };
}

describe.each(CLIENTS)("calls that Gemini makes at once for a client of %s", (api) => {
  test.each([false, true])(
    "get ids, and go back signed, with their results in one turn; streamed: %s",
    async (stream) => {
      const body = GO_ON[api](await answerTo(api, stream));
      const { sent, changes } = await across({ api, via: "gemini", body: { ...body }, model: GEMINI_3 });
      const [, called, told] = contentsOf(sent);
      expect(
        called?.parts.map(({ functionCall, thoughtSignature }) => [functionCall?.["name"], thoughtSignature]),
      ).toEqual([
        ["a", SIGNATURE],
        ["b", undefined],
      ]);
      const ids = called?.parts.map(({ functionCall }) => functionCall?.["id"]);
      expect(new Set(ids).size).toBe(2);
      expect(
        told?.parts.map(({ functionResponse }) => [functionResponse?.["id"], functionResponse?.["response"]]),
      ).toEqual(ids?.map((id, index) => [id, { name: ["a", "b"][index], content: `result of ${String(id)}` }]));
      expect(changes).toEqual([]);
    },
  );
});

test("calls that another model made go without a signature, and the record says so", async () => {
  const call = { id: "call_1", type: "function", function: { name: "f", arguments: "{}" } };
  const messages = [
    ...HI,
    { role: "assistant", tool_calls: [call] },
    { role: "tool", tool_call_id: "call_1", content: "2" },
  ];
  const { sent, changes } = await toGemini({ messages }, { model: GEMINI_3 });
  const [, called] = contentsOf(sent);
  expect(called?.parts[0]?.thoughtSignature).toBe("skip_thought_signature_validator");
  expect(changes).toMatchObject([{ param: "request", action: "set" }]);
});

test("the signature that LiteLLM's clients keep is Gemini's too", async () => {
  const call = {
    id: "c",
    function: { name: "f", arguments: "{}" },
    provider_specific_fields: { thought_signature: SIGNATURE },
  };
  const messages = [
    ...HI,
    { role: "assistant", tool_calls: [call] },
    { role: "tool", tool_call_id: "c", content: "2" },
  ];
  const { sent } = await toGemini({ messages }, { model: GEMINI_3 });
  expect(contentsOf(sent)[1]?.parts[0]?.thoughtSignature).toBe(SIGNATURE);
});

test("a result of texts and a file is one result", async () => {
  const png = { type: "image", source: { type: "base64", media_type: "image/png", data: "iVBORw0KGgo=" } };
  const text = (said: string) => ({ type: "text", text: said });
  const content = [text("one"), png, text("two")];
  const messages = [
    ...HI,
    { role: "assistant", content: [{ type: "tool_use", id: "t", name: "f", input: {} }] },
    { role: "user", content: [{ type: "tool_result", tool_use_id: "t", content }] },
  ];
  const body = { max_tokens: 10, messages };
  const { sent } = await across({ api: "messages", via: "gemini", body, model: "gemini-2.5-pro" });
  const parts = contentsOf(sent)[2]?.parts ?? [];
  expect(parts.filter((part) => part.functionResponse !== undefined)).toMatchObject([
    { functionResponse: { id: "t", response: { content: "one\ntwo" } } },
  ]);
});

test("instructions among the turns go first", async () => {
  const { sent, changes } = await toGemini({ messages: [...HI, { role: "system", content: "Be brief." }, ...HI] });
  expect(sent?.body["systemInstruction"]).toEqual({ parts: [{ text: "Be brief." }] });
  expect(changes).toMatchObject([{ param: "messages", action: "set" }]);
});

describe("how much is thought", () => {
  test("is a budget for 2.5 and a level for newer models, and who asks for it sees it", async () => {
    const thinking = { thinking: { type: "enabled", budget_tokens: 3000 } };
    expect(configIn(await toGemini(thinking))).toMatchObject({
      thinkingConfig: { thinkingBudget: 3000, includeThoughts: true },
    });
    expect(configIn(await toGemini({ reasoning_effort: "low" }, { model: GEMINI_3 }))).toMatchObject({
      thinkingConfig: { thinkingLevel: "low", includeThoughts: true },
    });
    expect(configIn(await toGemini({ reasoning_effort: "none" }, { model: "gemini-2.5-flash" }))).toMatchObject({
      thinkingConfig: { thinkingBudget: 0 },
    });
    expect(configIn(await toGemini({}))).not.toHaveProperty("thinkingConfig");
  });

  test("is counted with what is said, and told as what was thought", async () => {
    const usageMetadata = {
      promptTokenCount: 20,
      cachedContentTokenCount: 8,
      candidatesTokenCount: 5,
      thoughtsTokenCount: 7,
    };
    const said = whole({ ...answer([{ text: "Hm.", thought: true }, { text: "Yes." }]), usageMetadata });
    const { text } = await toGemini({}, { said });
    const read = APIS.chat.read(Buffer.from(text));
    expect(read.usage).toMatchObject({ input_tokens: 20, cached_tokens: 8, output_tokens: 12, reasoning_tokens: 7 });
    expect(text).toContain('"reasoning_content":"Hm."');
    expect(read.answer?.text).toBe("Yes.");
  });
});

test("safety settings go as they are", async () => {
  const safety_settings = [{ category: "HARM_CATEGORY_HARASSMENT", threshold: "BLOCK_NONE" }];
  const { sent } = await toGemini({}, { settings: { safety_settings } });
  expect(sent?.body["safetySettings"]).toEqual(safety_settings);
});

test("an image goes by its address only where that says its type", async () => {
  const image = (url: string) => [{ role: "user", content: [{ type: "image_url", image_url: { url } }] }];
  const { sent } = await toGemini({ messages: image("https://example.com/a.JPG?x=1") });
  expect(sent?.body["contents"]).toMatchObject([
    { parts: [{ fileData: { mimeType: "image/jpeg", fileUri: "https://example.com/a.JPG?x=1" } }] },
  ]);
  await expect(toGemini({ messages: image("https://example.com/a") })).rejects.toThrow("type of an image");
});

describe("an answer that ends otherwise", () => {
  test.each([
    ["MAX_TOKENS", "length"],
    ["SAFETY", "content_filter"],
    ["RECITATION", "content_filter"],
    ["PROHIBITED_CONTENT", "content_filter"],
  ])("%s is %s", async (finishReason, finish_reason) => {
    for (const stream of [false, true]) {
      const ended = answer([{ text: "So" }], { finishReason });
      const { text } = await toGemini({ stream }, { said: stream ? events(ended) : whole(ended) });
      expect(text).toContain(`"finish_reason":"${finish_reason}"`);
    }
  });

  test("a prompt that is blocked has none, and is told as filtered", async () => {
    const blocked = { promptFeedback: { blockReason: "PROHIBITED_CONTENT" }, usageMetadata: { promptTokenCount: 4 } };
    for (const stream of [false, true]) {
      const { text } = await toGemini({ stream }, { said: stream ? events(blocked) : whole(blocked) });
      expect(text).toContain('"finish_reason":"content_filter"');
    }
  });

  test("with a call that nobody can read, or with nothing, is no answer", async () => {
    const malformed = answer([], { finishReason: "MALFORMED_FUNCTION_CALL" });
    await expect(toGemini({}, { said: whole(malformed) })).rejects.toThrow("does not follow its API");
    await expect(toGemini({}, { said: whole({ candidates: [] }) })).rejects.toThrow("does not follow its API");
    const { text } = await toGemini({ stream: true }, { said: events(malformed) });
    expect(APIS.chat.read(Buffer.from(text)).complete).toBe(false);
  });

  test("in the middle is not complete", async () => {
    const half = answer([{ text: "So" }], { finishReason: undefined });
    const { text } = await toGemini({ stream: true }, { said: events(half) });
    expect(APIS.chat.read(Buffer.from(text))).toMatchObject({ complete: false, answer: { text: "So" } });
  });

  test("in an error is told in the client's words", async () => {
    const error = { error: { code: 429, message: "Quota.", status: "RESOURCE_EXHAUSTED" } };
    const { text } = await toGemini(
      { stream: true },
      { said: events(answer([{ text: "So" }], { finishReason: undefined }), error) },
    );
    const read = APIS.chat.read(Buffer.from(text));
    expect(read.complete).toBe(false);
    expect(read.error_body).toContain("RESOURCE_EXHAUSTED");
  });
});
