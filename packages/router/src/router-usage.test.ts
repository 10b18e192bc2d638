import { describe, expect, test } from "vitest";
import { ask, MESSAGES, streamed, useSimulator } from "./call/router.fixture.ts";
import { serve } from "./transport/server.fixture.ts";

const fixture = useSimulator();

const HEAD = '{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini",';
const chunk = (delta: object, reason: string | null = null): string =>
  `${HEAD}"choices":[${JSON.stringify({ index: 0, delta, finish_reason: reason })}]`;
const CHUNKS = [
  chunk({ role: "assistant", content: "" }),
  chunk({ content: "hello" }),
  chunk({ content: " world" }),
  chunk({}, "stop"),
];
const COUNTS = '"usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18}';
const DONE = "data: [DONE]\n\n";
/** What comes unasked, and what comes to one who asked for usage. */
const UNASKED = CHUNKS.map((text) => `data: ${text}}\n\n`).join("") + DONE;
const ASKED = `${CHUNKS.map((text) => `data: ${text},"usage":null}\n\n`).join("")}data: ${HEAD}"choices":[],${COUNTS}}\n\n${DONE}`;

interface Seen {
  readonly url: string;
  /** Bodies of the requests, as text. */
  readonly bodies: string[];
}

/** A provider that gives usage when it is asked for it, unless `refuse` has something against it. */
async function serveUsage(
  refuse: (count: number) => readonly [status: number, body: string] | null = () => null,
): Promise<Seen> {
  const bodies: string[] = [];
  const { url } = await serve((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (piece: string) => (text += piece));
    request.once("end", () => {
      bodies.push(text);
      const { stream_options: options } = JSON.parse(text) as { stream_options?: { include_usage?: boolean } };
      const refusal = options === undefined ? null : refuse(bodies.length);
      if (refusal === null) response.end(options?.include_usage === true ? ASKED : UNASKED);
      else response.writeHead(refusal[0], { "content-type": "application/json" }).end(refusal[1]);
    });
  });
  return { url, bodies };
}

const plainStream = { model: "chat", messages: MESSAGES, stream: true };
const optionsIn = (body: string | undefined): unknown =>
  (JSON.parse(body ?? "{}") as Record<string, unknown>)["stream_options"];

describe("a client that streams without asking for usage", () => {
  test("has it counted and priced, and sees none of it", async () => {
    const { url, bodies } = await serveUsage();
    const { text, record } = await ask(fixture.router([["chat", "gpt-4o-mini", { api_base: url }]]), "chat", {
      body: plainStream,
    });
    expect(optionsIn(bodies[0])).toEqual({ include_usage: true });
    expect(text).toBe(UNASKED);
    expect(record).toMatchObject({ status: "ok", usage: { input_tokens: 11, output_tokens: 7 }, changes: [] });
    expect(record.cost_usd).toBeGreaterThan(0);
  });

  test("has its own text sent with nothing else changed", async () => {
    const { url, bodies } = await serveUsage();
    const text = '{ "model": "chat",  "stream":true, "seed": 12345678901234567890, "x": 1.0, "messages": [] }';
    const body = JSON.parse(text) as Record<string, unknown>;
    const written = { text, bytes: Buffer.from(text), value: body };
    await ask(fixture.router([["chat", "gpt-4o-mini", { api_base: url }]]), "chat", { body, written });
    expect(bodies[0]).toBe(
      `{"stream_options":{"include_usage":true},${text.slice(1).replace('"chat"', '"gpt-4o-mini"')}`,
    );
  });

  test("keeps its other options", async () => {
    const { url, bodies } = await serveUsage();
    const text =
      '{"model":"chat","stream":true,"seed":12345678901234567890,"stream_options":{"include_obfuscation":false}}';
    const body = JSON.parse(text) as Record<string, unknown>;
    const written = { text, bytes: Buffer.from(text), value: body };
    const answer = await ask(fixture.router([["chat", "gpt-4o-mini", { api_base: url }]]), "chat", { body, written });
    expect(optionsIn(bodies[0])).toEqual({ include_obfuscation: false, include_usage: true });
    expect(bodies[0]).toContain("12345678901234567890");
    expect(answer.text).toBe(UNASKED);
  });

  test.each([
    ["it asked itself", {}, streamed("chat"), { include_usage: true }],
    ["it asked for no stream", {}, { model: "chat", messages: MESSAGES }, undefined],
    ["the provider is known to refuse it", { model: "mistral/m" }, plainStream, undefined],
    ["the deployment drops it", { additional_drop_params: ["stream_options"] }, plainStream, undefined],
    [
      "the deployment says what to send",
      { stream_options: { include_usage: false } },
      plainStream,
      { include_usage: false },
    ],
  ])("is not asked for when %s", async (_what, params, body, options) => {
    const { url, bodies } = await serveUsage();
    const { text } = await ask(fixture.router([["chat", "gpt-4o-mini", { api_base: url, ...params }]]), "chat", {
      body,
    });
    expect(optionsIn(bodies[0])).toEqual(options);
    // What the provider sent, byte for byte.
    expect(text).toBe((options as { include_usage?: boolean } | undefined)?.include_usage === true ? ASKED : UNASKED);
  });
});

describe("a provider that refuses to be asked for usage", () => {
  test.each([
    ["by name", 400, '{"error":{"message":"Unrecognized request argument supplied: stream_options","code":null}}'],
    [
      "by its parameter",
      400,
      '{"error":{"message":"not supported","param":"stream_options","code":"unsupported_parameter"}}',
    ],
    ["as a checker does", 422, '{"detail":[{"loc":["body","stream_options"],"msg":"Extra inputs are not permitted"}]}'],
    ["by the option's name", 400, '{"message":"unknown field include_usage"}'],
    ["without a name, and has never taken it", 400, '{"error":{"message":"bad request"}}'],
  ])("%s is asked again without, once, and then no more", async (_what, status, body) => {
    const { url, bodies } = await serveUsage(() => [status, body]);
    const router = fixture.router([["chat", "m", { api_base: url }]]);
    for (let round = 0; round < 3; round += 1) {
      const { call, text } = await ask(router, "chat", { body: plainStream });
      expect([call.error, text]).toEqual([null, UNASKED]);
    }
    expect(bodies.map(optionsIn)).toEqual([{ include_usage: true }, undefined, undefined, undefined]);
  });

  test("has refused silent calls too: they do not ask for it after", async () => {
    const refusal = '{"error":{"message":"Unrecognized request argument supplied: stream_options"}}';
    const { url, bodies } = await serveUsage(() => [400, refusal]);
    const router = fixture.router([["chat", "m", { api_base: url }]]);
    await ask(router, "chat", { body: plainStream });
    await ask(router, "chat", { body: plainStream, role: "silent", persist: false });
    expect(bodies.map(optionsIn)).toEqual([{ include_usage: true }, undefined, undefined]);
  });

  test("is told from one that refuses the request: that is asked twice at most, and its error is the client's", async () => {
    let mood: "gives" | "refuses" = "gives";
    const { url, bodies } = await serveUsage(() =>
      mood === "gives" ? null : [400, '{"error":{"message":"bad messages"}}'],
    );
    const router = fixture.router([["chat", "m", { api_base: url }]]);
    await ask(router, "chat", { body: plainStream });
    mood = "refuses";
    const { call } = await ask(router, "chat", { body: plainStream });
    expect(call).toMatchObject({ status: 400, error: { kind: "bad_request", message: "bad messages" } });
    expect(bodies).toHaveLength(2);
    mood = "gives";
    await ask(router, "chat", { body: plainStream });
    expect(optionsIn(bodies[2])).toEqual({ include_usage: true });
  });

  test("in another way than by 400 or 422 is an ordinary failure", async () => {
    const { url, bodies } = await serveUsage(() => [500, '{"error":{"message":"stream_options"}}']);
    const { call } = await ask(fixture.router([["chat", "m", { api_base: url }]], { num_retries: 0 }), "chat", {
      body: plainStream,
    });
    expect([call.status, bodies.length]).toEqual([500, 1]);
  });
});
