import { APIS } from "@understudy/apis";
import { once } from "node:events";
import type { Call } from "@understudy/router";
import express, { type Response } from "express";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { send } from "../fixtures/ask.fixture.ts";
import { ClientStream } from "./client-stream.ts";
import { respond } from "./respond.ts";

test("bytes that come when the client has left already end the stream, whatever the provider goes on to send", async () => {
  let left = false;
  let chunks = 0;
  async function* body(response: Response): AsyncGenerator<Uint8Array> {
    try {
      yield Buffer.from("data: 1\n\n");
      await once(response, "close");
      for (; chunks < 1_000; chunks += 1) yield Buffer.alloc(64 * 1024);
    } finally {
      left = true;
    }
  }
  const responded = Promise.withResolvers<void>();
  const app = express().get("/", (_request, response) => {
    const stream = new ClientStream(response, { ping: APIS.chat.ping, servedBy: false });
    const options = { api: APIS.chat, requestId: "req_1", hidesAddresses: false, stream, servedBy: false };
    respond(streamedCall(body(response)), response, options).then(responded.resolve, responded.reject);
  });
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  const response = await send(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, "/");
  response.destroy();
  await responded.promise;
  expect(left).toBe(true);
  expect(chunks).toBeLessThan(2);
  server.close();
});

function streamedCall(body: AsyncIterable<Uint8Array>): Call {
  const finished = (): never => {
    throw new Error("nobody asks for it here");
  };
  const answer = { id: "call_1", status: 200, headers: {}, modelGroup: "main", stream: true, whole: null, body };
  return { ...answer, error: null, errorText: () => null, retryAfterMs: null, finished, record: finished };
}
