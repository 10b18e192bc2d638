import { createSkippingClock, type SkippingClock } from "@understudy/runtime/fixture";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setImmediate } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { CallRecord } from "@understudy/contracts";
import { MESSAGES, requestFor, streamed, useSimulator } from "./call/router.fixture.ts";
import { serve } from "./transport/server.fixture.ts";

const fixture = useSimulator();

const HEAD = '{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m-1",';
const chunk = (delta: object, reason: string | null = null, rest: object = {}): string =>
  `data: ${HEAD}${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: reason }], ...rest }).slice(1)}\n\n`;
const SAID = chunk({ role: "assistant", content: "" }) + chunk({ content: "hello" }) + chunk({ content: " world" });
const STOP = chunk({}, "stop");
const COUNTS = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 };
const USAGE = `data: ${HEAD}"choices":[],"usage":${JSON.stringify(COUNTS)}}\n\n`;
const DONE = "data: [DONE]\n\n";
const WHOLE = { status: "ok", error: null, answer: { text: "hello world", finish_reason: "stop" } };

/** A provider whose answers never end by themselves. */
async function serveOpen(answer: (response: ServerResponse, count: number) => void) {
  const sockets = new Set<Socket>();
  const left = Promise.withResolvers<void>();
  let count = 0;
  const { url } = await serve((request: IncomingMessage, response) => {
    sockets.add(request.socket);
    response.once("close", left.resolve);
    response.socket?.setNoDelay(true);
    count += 1;
    request.resume().once("end", () => answer(response, count));
  });
  return { url, left: left.promise, connections: () => sockets.size };
}

interface Placed {
  readonly url: string;
  readonly clock: SkippingClock;
  readonly role: "primary" | "silent";
  readonly stream: boolean;
}

async function place({ url, clock, role, stream }: Placed) {
  const params = { api_base: url, timeout: 600, max_parallel_requests: 1 };
  const router = fixture.router([["chat", "gpt-4o", params]], { num_retries: 0 }, { clock });
  const body = stream ? streamed("chat") : { model: "chat", messages: MESSAGES };
  const call = () => router.call(requestFor(router, "chat", { role, body, persist: role === "primary" }));
  return { router, call };
}

/** Reads to the end of the answer, letting `ms` pass at every turn of the event loop once so many characters have come. */
async function readOut(
  body: AsyncIterable<Uint8Array>,
  clock: SkippingClock,
  { after, ms }: { readonly after: number; readonly ms: number },
): Promise<string> {
  let text = "";
  const reading = (async () => {
    for await (const bytes of body) text += Buffer.from(bytes).toString();
  })();
  await whileTimePasses(reading, () => text.length >= after && clock.advance(ms));
  return text;
}

/** Calls `pass` at every turn of the event loop, until what is waited for has come. */
async function whileTimePasses<T>(waited: Promise<T>, pass: () => unknown): Promise<T> {
  const state = { over: false };
  const come = waited.finally(() => (state.over = true));
  while (!state.over) {
    await setImmediate();
    if (!state.over) pass();
  }
  return come;
}

describe("a silent stream is over when its API says so", () => {
  test.for([
    ["its end mark", [SAID, STOP, USAGE, DONE]],
    ["its end mark in pieces", [SAID, STOP, USAGE, "data: [DO", "NE]\n\n"]],
    ["its end mark without a blank", [SAID, STOP, USAGE, "data:[DONE]\n\n"]],
    ["its end mark without usage", [SAID, STOP, DONE]],
    ["its end mark at CRLF", [(SAID + STOP + USAGE + DONE).replaceAll("\n", "\r\n")]],
    ["its end mark, with signs of life behind it in the same chunk", [`${SAID}${STOP}${USAGE}${DONE}: ping\n\n`]],
  ] as const)("by %s, and no time passes", async ([, pieces]) => {
    const clock = createSkippingClock();
    const { url } = await serveOpen((response) => void sendOneByOne(response, pieces));
    const { call } = await place({ url, clock, role: "silent", stream: true });
    const open = await call();
    for await (const bytes of open.body) expect(bytes.byteLength).toBeGreaterThan(0);
    expect(open.record()).toMatchObject({ ...WHOLE, timing: { total_ms: 0, model_ms: 0 } });
  });

  test.for([
    ["finish and usage", [SAID, STOP, USAGE], 1_000],
    ["finish with usage in it", [SAID, chunk({}, "stop", { usage: COUNTS })], 1_000],
    ["finish alone", [SAID, STOP], 3_000],
  ] as const)("by %s and silence", async ([, pieces, silenceMs]) => {
    const clock = createSkippingClock();
    const { url, left } = await serveOpen((response) => void sendOneByOne(response, pieces));
    const { call } = await place({ url, clock, role: "silent", stream: true });
    const open = await call();
    await readOut(open.body, clock, { after: pieces.join("").length, ms: silenceMs });
    expect(open.record()).toMatchObject({ ...WHOLE, timing: { total_ms: 0 } });
    await left;
  });

  test("by finish and usage, whatever signs of life follow", async () => {
    const clock = createSkippingClock();
    const beat = (response: ServerResponse): void => {
      if (!response.destroyed) response.write(": ping\n\n", () => void setImmediate().then(() => beat(response)));
    };
    const { url, left } = await serveOpen((response) => response.write(SAID + STOP + USAGE, () => beat(response)));
    const { call } = await place({ url, clock, role: "silent", stream: true });
    const open = await call();
    await readOut(open.body, clock, { after: (SAID + STOP + USAGE).length, ms: 100 });
    expect(open.record()).toMatchObject(WHOLE);
    await left;
  });

  test("and its place is free for the next, on a connection of its own", async () => {
    const clock = createSkippingClock();
    const { url, left, connections } = await serveOpen((response) => response.write(SAID + STOP + USAGE + DONE));
    const { call } = await place({ url, clock, role: "silent", stream: true });
    for (let round = 0; round < 3; round += 1) {
      const open = await call();
      for await (const bytes of open.body) void bytes;
      expect(open.record()).toMatchObject(WHOLE);
    }
    expect(connections()).toBe(3);
    clock.advance(1_000);
    await left;
    expect(clock.timers()).toBe(0);
  });

  test("and a connection that ends in good order is used again", async () => {
    const clock = createSkippingClock();
    const { url, connections } = await serveOpen((response) => response.end(SAID + STOP + USAGE + DONE));
    const { call } = await place({ url, clock, role: "silent", stream: true });
    for (let round = 0; round < 3; round += 1) {
      const open = await call();
      for await (const bytes of open.body) void bytes;
      // Its end may come a turn of the event loop after its end mark.
      do await setImmediate();
      while (clock.timers() > 0);
    }
    expect(connections()).toBe(1);
  });

  test("of several choices, when each has finished", async () => {
    const clock = createSkippingClock();
    const other = STOP.replace('"index":0', '"index":1');
    const { url } = await serveOpen((response) => response.write(SAID + STOP));
    const router = fixture.router([["chat", "gpt-4o", { api_base: url }]], {}, { clock });
    const body = { ...streamed("chat"), n: 2 };
    const call = await router.call(requestFor(router, "chat", { body }));
    const chunks = call.body[Symbol.asyncIterator]();
    await chunks.next();
    const next = chunks.next();
    await setImmediate();
    // Nothing but the limit on the whole call.
    expect(clock.timers()).toBe(1);
    clock.advance(6_000_000);
    await expect(next).rejects.toThrow("no complete answer");
    expect(other).toContain("stop");
  });
});

describe("a primary stream that is held open", () => {
  test.for([
    ["behind its end mark", SAID + STOP + USAGE + DONE],
    ["behind its usage", SAID + STOP + USAGE],
    ["behind an error", `${SAID}data: {"error":{"message":"m","code":429}}\n\n: stop\n\n`],
  ] as const)("%s ends for the client a moment later, every byte as it came", async ([, text]) => {
    const clock = createSkippingClock();
    const { url, left } = await serveOpen((response) => response.write(text));
    const { call } = await place({ url, clock, role: "primary", stream: true });
    const open = await call();
    expect(await readOut(open.body, clock, { after: text.length, ms: 1_000 })).toBe(text);
    expect(open.record().timing).toMatchObject({ first_token_ms: 0 });
    await left;
    expect(clock.timers()).toBe(0);
  });

  test("counts as long as it spoke", async () => {
    const clock = createSkippingClock();
    const { url } = await serveOpen((response) => response.write(SAID + STOP + USAGE + DONE));
    const { call } = await place({ url, clock, role: "primary", stream: true });
    const open = await call();
    await readOut(open.body, clock, { after: (SAID + STOP + USAGE + DONE).length, ms: 500 });
    expect(open.record()).toMatchObject({ ...WHOLE, timing: { total_ms: 0, model_ms: 0 } });
  });

  test("gives its place back at its end mark", async () => {
    const clock = createSkippingClock();
    const { url } = await serveOpen((response) => response.write(SAID + STOP + USAGE + DONE));
    const { call } = await place({ url, clock, role: "primary", stream: true });
    const first = await call();
    const chunks = first.body[Symbol.asyncIterator]();
    await chunks.next();
    const waiting = chunks.next();
    await setImmediate();
    const second = await call();
    expect(second.error).toBeNull();
    await second.body[Symbol.asyncIterator]().return?.();
    clock.advance(1_000);
    expect((await waiting).done).toBe(true);
  });

  test("passes on what comes behind the end mark", async () => {
    const clock = createSkippingClock();
    const { url } = await serveOpen((response) => void sendOneByOne(response, [SAID + STOP, DONE, ": late\n\n"], true));
    const { call } = await place({ url, clock, role: "primary", stream: true });
    const open = await call();
    expect(await readOut(open.body, clock, { after: 0, ms: 0 })).toBe(`${SAID}${STOP}${DONE}: late\n\n`);
  });
});

describe("a plain answer that is whole", () => {
  const body = JSON.stringify({
    choices: [{ index: 0, message: { content: "hello world" }, finish_reason: "stop" }],
    usage: COUNTS,
  });
  const read = async (url: string, clock: SkippingClock): Promise<{ text: string; record: CallRecord }> => {
    const { call } = await place({ url, clock, role: "primary", stream: false });
    // The limit on the whole call, and the silence that is waited for.
    const open = await whileTimePasses(call(), () => clock.timers() === 2 && clock.advance(1_000));
    return { text: Buffer.from(open.whole ?? []).toString(), record: open.record() };
  };

  test("by its length, on a connection that stays open", async () => {
    const { url } = await serveOpen((response) => {
      response.writeHead(200, { "content-length": Buffer.byteLength(body), connection: "keep-alive" });
      response.write(body);
    });
    const { text, record } = await read(url, createSkippingClock());
    expect(text).toBe(body);
    expect(record).toMatchObject({ ...WHOLE, timing: { total_ms: 0 } });
  });

  test.for([
    ["in one piece", [body]],
    ["in pieces", [body.slice(0, 40), body.slice(40)]],
    ["with blanks behind it", [`${body}\n\n`]],
    ["in pieces that close a bracket each", [body.slice(0, body.indexOf("}") + 1), body.slice(body.indexOf("}") + 1)]],
    ["as events, which nobody asked for", [SAID + STOP + USAGE + DONE]],
  ] as const)("%s, and never ended", async ([, pieces]) => {
    const { url, left } = await serveOpen((response) => void sendOneByOne(response, pieces));
    const { text, record } = await read(url, createSkippingClock());
    expect(text).toBe(pieces.join(""));
    expect(record).toMatchObject({ ...WHOLE, timing: { total_ms: 0, model_ms: 0 } });
    await left;
  });
});

/** Sends each piece when the one before has left the process. */
async function sendOneByOne(response: ServerResponse, pieces: readonly string[], end = false): Promise<void> {
  for (const piece of pieces) {
    await new Promise<void>((resolve) => response.write(piece, () => resolve()));
    await setImmediate();
  }
  if (end) response.end();
}
