import express from "express";
import type { AddressInfo } from "node:net";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Agent } from "undici";

// The least that Express and undici can do: the floor that every figure is held against. It reads the body, sends it
// on, and passes the answer back as it comes. No parsing, no routing, no log, no record.

const [upstream = ""] = process.argv.slice(2);
const agent = new Agent({ connections: 4_096 });
const app = express();
app.disable("x-powered-by");
app.disable("etag");

app.post("/v1/chat/completions", express.raw({ type: () => true, limit: "1mb" }), async (request, response) => {
  const { statusCode, headers, body } = await agent.request({
    origin: upstream,
    path: request.path,
    method: "POST",
    headers: { "content-type": "application/json" },
    body: request.body as Buffer,
  });
  response.status(statusCode).setHeader("content-type", String(headers["content-type"]));
  if (headers["content-length"] === undefined) await pipeline(body as Readable, response);
  else response.end(await body.bytes());
});

const server = app.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
});
server.keepAliveTimeout = 75_000;
