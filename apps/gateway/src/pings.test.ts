import { type Clock, systemClock } from "@understudy/runtime";
import { pollUntil } from "@understudy/testkit";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setImmediate } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ask, send } from "./fixtures/ask.fixture.ts";
import { PLAIN_ROUTER, type RunningGateway, sayHello, startGateway } from "./fixtures/gateway.fixture.ts";
import { openUpstream, type Upstream } from "./fixtures/upstream.fixture.ts";
import { TURN_MS } from "./routes/pings.ts";

const START =
  'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],"model":"m","usage":{"input_tokens":3,"output_tokens":0}}}\n\n';
const END = 'event: message_stop\ndata: {"type":"message_stop"}\n\n';
const CHUNK = 'data: {"id":"c","choices":[{"index":0,"delta":{"content":"5"},"finish_reason":"stop"}]}\n\n';
const DONE = "data: [DONE]\n\n";
const PING = 'event: ping\ndata: {"type": "ping"}\n\n';
const COMMENT = ": ping\n\n";
const OVERLOADED = '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_up"}';

/** Calls that have come to the provider, each answered by its test. */
const calls: ServerResponse[] = [];
const watchers = new Set<() => void>();
let upstream: Upstream;
let gateway: RunningGateway;
let turn: () => void = () => undefined;

/** Time goes on, but for pings, which take a turn when the test says so. */
const clock: Clock = {
  ...systemClock,
  every(ms, run) {
    if (ms !== TURN_MS) return systemClock.every(ms, run);
    turn = run;
    return () => undefined;
  },
};

beforeAll(async () => {
  upstream = await openUpstream((_body, response) => {
    calls.push(response);
    for (const watch of watchers) watch();
  });
  const entry = (name: string, provider: string) => ({
    model_name: name,
    litellm_params: { model: `${provider}/m`, api_base: upstream.url, api_key: "sk-test-provider" },
  });
  const model_list = [entry("main", "anthropic"), entry("chat", "openai"), entry("two", "anthropic")];
  const router_settings = { ...PLAIN_ROUTER, fallbacks: [{ two: ["main"] }] };
  gateway = await startGateway({ model_list, router_settings }, { clock });
});

afterAll(async () => {
  await gateway.stop();
  await upstream.close();
});

/** The next call that comes to the provider. */
async function nextCall(): Promise<ServerResponse> {
  for (;;) {
    const call = calls.shift();
    if (call !== undefined) return call;
    await new Promise<void>((resolve) => {
      const watch = (): void => {
        watchers.delete(watch);
        resolve();
      };
      watchers.add(watch);
    });
  }
}

function asked(model: string, path = "/v1/messages"): Promise<IncomingMessage> {
  const body = { model, max_tokens: 8, stream: true, messages: sayHello };
  return send(gateway.url, path, { body, headers: { "content-type": "application/json" } });
}

async function silence(turns = 4): Promise<void> {
  for (let count = 0; count < turns; count += 1) {
    turn();
    await setImmediate();
  }
}

function write(call: ServerResponse, piece: string): Promise<void> {
  return new Promise((resolve, reject) => call.write(piece, (error) => (error == null ? resolve() : reject(error))));
}

/** What comes next of an answer; nothing is lost that comes before it is asked for. */
async function piece(answer: IncomingMessage): Promise<string> {
  const next = await chunksOf(answer).next();
  return next.done === true ? "" : next.value.toString("utf8");
}

/** The rest of it. */
async function text(answer: IncomingMessage): Promise<string> {
  let all = "";
  for (let next = await piece(answer); next !== ""; next = await piece(answer)) all += next;
  return all;
}

const iterators = new WeakMap<IncomingMessage, AsyncIterator<Buffer>>();

function chunksOf(answer: IncomingMessage): AsyncIterator<Buffer> {
  const chunks = iterators.get(answer) ?? (answer[Symbol.asyncIterator]() as AsyncIterator<Buffer>);
  iterators.set(answer, chunks);
  return chunks;
}

const STREAM = { "content-type": "text/event-stream", "request-id": "req_up" };

test("a stream of Messages in which nothing comes has a ping between its events, and its own bytes else", async () => {
  const answering = asked("main");
  const call = await nextCall();
  await write(call.writeHead(200, STREAM), START);
  const answer = await answering;
  expect(await piece(answer)).toBe(START);
  await silence(3);
  await silence(1);
  expect(await piece(answer)).toBe(PING);
  await silence();
  expect(await piece(answer)).toBe(PING);
  call.end(END);
  expect(await text(answer)).toBe(END);
});

test("a byte begins the silence anew", async () => {
  const answering = asked("main");
  const call = await nextCall();
  await write(call.writeHead(200, STREAM), START);
  const answer = await answering;
  await piece(answer);
  await silence(3);
  await write(call, CONTENT);
  expect(await piece(answer)).toBe(CONTENT);
  await silence(3);
  call.end(END);
  expect(await text(answer)).toBe(END);
});

const CONTENT = 'event: content_block_start\ndata: {"type":"content_block_start","index":0}\n\n';

test.each([1, 20, CONTENT.length - 1])("no ping comes after %i bytes of an event", async (bytes) => {
  const answering = asked("main");
  const call = await nextCall();
  await write(call.writeHead(200, STREAM), START);
  const answer = await answering;
  await piece(answer);
  await write(call, CONTENT.slice(0, bytes));
  expect(await piece(answer)).toBe(CONTENT.slice(0, bytes));
  await silence(12);
  await write(call, CONTENT.slice(bytes));
  expect(await piece(answer)).toBe(CONTENT.slice(bytes));
  await silence();
  expect(await piece(answer)).toBe(PING);
  call.end(END);
  expect(await text(answer)).toBe(END);
});

test.each([
  ["/v1/chat/completions", "chat"],
  ["/v1/completions", "chat"],
  ["/v1/responses", "chat"],
])("a silent stream at %s has a comment", async (path, model) => {
  const body = { model, stream: true, messages: sayHello, prompt: "Say hello.", input: "Say hello." };
  const answering = send(gateway.url, path, { body, headers: { "content-type": "application/json" } });
  const call = await nextCall();
  await write(call.writeHead(200, STREAM), CHUNK);
  const answer = await answering;
  expect(await piece(answer)).toBe(CHUNK);
  await silence();
  expect(await piece(answer)).toBe(COMMENT);
  call.end(DONE);
  expect(await text(answer)).toBe(DONE);
});

test("a provider that has said that a stream comes, and nothing of it, is bridged with its own headers", async () => {
  const answering = asked("main");
  const call = await nextCall();
  call.writeHead(200, STREAM).flushHeaders();
  await openedAt(answering);
  const answer = await answering;
  expect(answer.statusCode).toBe(200);
  expect(answer.headers).toMatchObject({ ...STREAM, "cache-control": "no-cache" });
  call.end(START + END);
  const all = await text(answer);
  expect(all.replaceAll(PING, "")).toBe(START + END);
  expect(all.startsWith(PING)).toBe(true);
});

/** Lets turns go by until the answer's headers are here: when the provider's own have come to the gateway, nobody tells. */
async function openedAt(answering: Promise<IncomingMessage>): Promise<void> {
  const state = { isHere: false };
  void answering.then(() => (state.isHere = true));
  const look = async (): Promise<boolean> => {
    await silence();
    return state.isHere;
  };
  await pollUntil(look, { what: "the answer's headers" });
}

test("where nothing comes of such a stream, another deployment answers in it", async () => {
  const answering = asked("two");
  const broken = await nextCall();
  broken.writeHead(200, STREAM).flushHeaders();
  await openedAt(answering);
  const answer = await answering;
  broken.destroy();
  const call = await nextCall();
  call.writeHead(200, STREAM).end(START + END);
  expect((await text(answer)).replaceAll(PING, "")).toBe(START + END);
});

test("where nothing came of such a stream, the next deployment is waited for in silence again", async () => {
  const answering = asked("two");
  (await nextCall()).writeHead(200, STREAM).end();
  const refused = await nextCall();
  await silence(12);
  refused.writeHead(529, { "content-type": "application/json" }).end(OVERLOADED);
  const answer = await answering;
  expect(answer.statusCode).toBe(529);
  expect(await text(answer)).toBe(OVERLOADED);
});

test("where none does, the provider's own error is an event of the stream", async () => {
  const answering = asked("two");
  const broken = await nextCall();
  broken.writeHead(200, STREAM).flushHeaders();
  await openedAt(answering);
  const answer = await answering;
  broken.destroy();
  const refused = await nextCall();
  refused.writeHead(529, { "content-type": "application/json" }).end(OVERLOADED);
  expect((await text(answer)).replaceAll(PING, "")).toBe(`event: error\ndata: ${OVERLOADED}\n\n`);
});

test("a provider that has not answered yet is waited for in silence: what it says has a status of its own", async () => {
  const answering = asked("main");
  const call = await nextCall();
  await silence(40);
  call.writeHead(529, { "content-type": "application/json" }).end(OVERLOADED);
  const answer = await answering;
  expect(answer.statusCode).toBe(529);
  expect(await text(answer)).toBe(OVERLOADED);
});

test("an answer that its provider does not call a stream is waited for in silence, whatever was asked for", async () => {
  const answering = asked("main");
  const call = await nextCall();
  call.writeHead(200, { "content-type": "application/json" }).flushHeaders();
  await silence(40);
  const message = '{"id":"msg_1","type":"message","role":"assistant","content":[{"type":"text","text":"5"}]}';
  call.end(message);
  const answer = await answering;
  expect(answer.headers["content-type"]).toBe("application/json");
  expect(await text(answer)).toBe(message);
});

test("a plain answer is never pinged", async () => {
  const body = { model: "main", max_tokens: 8, messages: sayHello };
  const answering = ask(gateway.url, "/v1/messages", { body });
  const call = await nextCall();
  call.writeHead(200, { "content-type": "application/json" }).flushHeaders();
  await silence(40);
  const message = '{"id":"msg_1","type":"message","role":"assistant","content":[{"type":"text","text":"5"}]}';
  call.end(message);
  expect(await answering).toMatchObject({ status: 200, text: message });
});
