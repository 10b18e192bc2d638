import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { PLAIN_ANSWER, STREAMED_ANSWER } from "./bodies.ts";

// A provider that answers at once with a fixed body, in a process of its own: the other side of every benchmark.

const PLAIN_HEADERS = { "content-type": "application/json", "content-length": Buffer.byteLength(PLAIN_ANSWER) };
const STREAM_HEADERS = { "content-type": "text/event-stream" };
const PLAIN_BYTES = Buffer.from(PLAIN_ANSWER);
const STREAM_BYTES = STREAMED_ANSWER.map((event) => Buffer.from(event));

function answer(request: IncomingMessage, response: ServerResponse): void {
  let streamed = false;
  let begun = false;
  request.on("data", (bytes: Buffer) => {
    // Every request names `stream` in its first bytes; to parse it all would make this the bottleneck.
    if (!begun) streamed = bytes.includes('"stream":true');
    begun = true;
  });
  request.on("end", () => {
    if (streamed) stream(response);
    else response.writeHead(200, PLAIN_HEADERS).end(PLAIN_BYTES);
  });
}

function stream(response: ServerResponse): void {
  response.writeHead(200, STREAM_HEADERS);
  for (const event of STREAM_BYTES) response.write(event);
  response.end();
}

const server = createServer({ keepAliveTimeout: 75_000 }, answer);
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
});
