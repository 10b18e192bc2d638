import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { modelEntry, type RunningGateway, sayHello, startGateway } from "./fixtures/gateway.fixture.ts";
import { openUpstream, type Upstream } from "./fixtures/upstream.fixture.ts";

const EVENT = 'data: {"id":"c","choices":[{"index":0,"delta":{"content":"hello"},"finish_reason":null}]}\n\n';
const HALF = 'data: {"id":"x","choices":[{"index":0,"delta":{"content":"hel';

let upstream: Upstream;
let gateway: RunningGateway;

/** A provider that sends what the message says, piece by piece, and breaks the connection. */
beforeAll(async () => {
  upstream = await openUpstream((body, response) => {
    const { messages } = JSON.parse(body) as { messages: readonly { readonly content: string }[] };
    const pieces = JSON.parse(messages[0]?.content ?? "[]") as readonly string[];
    response.writeHead(200, { "content-type": "text/event-stream" });
    const send = (at: number): void => {
      const piece = pieces[at];
      if (piece === undefined) response.socket?.resetAndDestroy();
      else response.write(piece, () => setImmediate(send, at + 1));
    };
    send(0);
  });
  gateway = await startGateway({ model_list: [modelEntry("main", "m", upstream.url)] });
});

afterAll(async () => {
  await gateway.stop();
  await upstream.close();
});

interface Received {
  readonly text: string;
  /** Whether the answer ended as HTTP has it, and was not cut off. */
  readonly complete: boolean;
}

function receive(pieces: readonly string[]): Promise<Received> {
  const messages = [{ ...sayHello[0], content: JSON.stringify(pieces) }];
  const options = { stream: true, stream_options: { include_usage: true } };
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${gateway.url}/v1/chat/completions`, { method: "POST", agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (piece: string) => (text += piece));
      response.on("error", () => undefined);
      response.once("close", () => resolve({ text, complete: response.complete }));
    });
    request.once("error", reject);
    request.setHeader("content-type", "application/json");
    request.end(JSON.stringify({ model: "main", messages, ...options }));
  });
}

test.each([
  ["in the middle of its JSON", [EVENT, HALF]],
  ["in the middle of a chunk of several", [EVENT + EVENT + HALF]],
  ["before its empty line", [EVENT, EVENT.slice(0, -1)]],
  ["before its empty line, at CRLF", [EVENT.replaceAll("\n", "\r\n"), EVENT.replaceAll("\n", "\r\n").slice(0, -2)]],
  ["in its name", [EVENT, "event: mess"]],
  ["in a comment", [EVENT, ": wai"]],
  ["byte by byte", [EVENT, "d", "a", "t", "a", ":", "{"]],
])("an event that breaks off %s ends the connection and is not closed", async (_what, pieces) => {
  const { text, complete } = await receive(pieces);
  expect(complete).toBe(false);
  expect(pieces.join("").startsWith(text)).toBe(true);
});

test.each([
  ["LF", EVENT],
  ["CRLF", EVENT.replaceAll("\n", "\r\n")],
  ["CR", EVENT.replaceAll("\n", "\r")],
])("a stream that breaks between events, at %s, ends with an event of the error", async (_what, event) => {
  const { text, complete } = await receive([event, event]);
  expect(complete).toBe(true);
  expect(text.startsWith(event + event)).toBe(true);
  const error = JSON.parse(text.slice((event + event).length).replace(/^data: /, "")) as { error: { message: string } };
  expect(error.error.message).toMatch(/^the connection .*failed/);
});

test("the two line ends of an event may come one by one", async () => {
  const { text, complete } = await receive([EVENT.slice(0, -2), "\n", "\n"]);
  expect(complete).toBe(true);
  expect(text).toContain('data: {"error":');
});
