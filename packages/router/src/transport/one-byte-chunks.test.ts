import { startCpuTimer } from "@understudy/runtime/fixture";
import { type AddressInfo, createServer } from "node:net";
import { systemClock } from "@understudy/runtime";
import { expect, onTestFinished, test } from "vitest";
import { requestFor, streamed, textOf, useSimulator } from "../call/router.fixture.ts";

const fixture = useSimulator();

/** A provider that puts each byte of its answer into an HTTP chunk of its own. Resolves to its base URL. */
async function serveByteByByte(answer: string): Promise<string> {
  const head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
  const chunks = Array.from(answer, (byte) => `1\r\n${byte}\r\n`);
  const whole = Buffer.from(`${head}${chunks.join("")}0\r\n\r\n`, "latin1");
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => socket.write(whole));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

async function askedOf(answer: string) {
  const api_base = await serveByteByByte(answer);
  const router = fixture.router([["chat", "gpt-4o", { api_base }]], { num_retries: 0 }, { clock: systemClock });
  const cpuMs = startCpuTimer();
  const call = await router.call(requestFor(router, "chat", { body: streamed("chat") }));
  const text = await textOf(call.body);
  return { call, text, ms: cpuMs() };
}

test("an error event that comes byte by byte is read in time that grows with its length alone", async () => {
  const message = "x".repeat(60_000);
  const { call, ms } = await askedOf(`data: {"error": {"message": "${message}", "type": "overloaded_error"}}\n\n`);
  expect(call.error).toMatchObject({ kind: "unavailable" });
  expect(ms).toBeLessThan(2_500);
});

test("an answer that comes byte by byte is passed on whole, in few pieces", async () => {
  const event = `data: {"choices":[{"index":0,"delta":{"content":"${"word ".repeat(40)}"}}]}\n\n`;
  const answer = `${event.repeat(1_000)}data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n`;
  const { call, text, ms } = await askedOf(answer);
  expect(text).toBe(answer);
  expect(call.finished()).toMatchObject({ ending: { kind: "answered", ended: true } });
  expect(call.record()).toMatchObject({ status: "ok", answer: { text: "word ".repeat(40_000) } });
  const { ending, recording } = call.finished();
  expect(ending.kind).toBe("answered");
  expect(recording.marks.length).toBeLessThan(2_000);
  expect(ms).toBeLessThan(2_500);
});
