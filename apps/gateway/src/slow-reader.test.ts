import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { pollUntil } from "@understudy/testkit";
import { afterEach, expect, test } from "vitest";
import { send } from "./fixtures/ask.fixture.ts";
import { modelEntry, type RunningGateway, sayHello, startGateway } from "./fixtures/gateway.fixture.ts";
import { openUpstream, type Upstream } from "./fixtures/upstream.fixture.ts";

const MIB = 1024 * 1024;
const CHUNK = Buffer.from(
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: "x".repeat(65_000) } }] })}\n\n`,
);

let upstream: Upstream;
let gateway: RunningGateway;

afterEach(async () => {
  await gateway.stop();
  await upstream.close();
});

/** A provider that sends `bytes` as fast as they are taken, and tells how many were. */
async function openStream(bytes: number): Promise<{ taken: () => number; closed: Promise<boolean> }> {
  let taken = 0;
  const closed = Promise.withResolvers<boolean>();
  const pour = async (response: ServerResponse): Promise<void> => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.once("close", () => closed.resolve(response.writableFinished));
    while (taken < bytes && !response.destroyed) {
      const goOn = response.write(CHUNK);
      taken += CHUNK.byteLength;
      if (!goOn) await Promise.race([once(response, "drain"), closed.promise]);
    }
    response.end();
  };
  upstream = await openUpstream((_body, response) => void pour(response));
  gateway = await startGateway({ model_list: [modelEntry("main", "m", upstream.url)] });
  return { taken: () => taken, closed: closed.promise };
}

const ask = () =>
  send(gateway.url, "/v1/chat/completions", { body: { model: "main", messages: sayHello, stream: true } });

test("a client that does not read holds up the provider, not the gateway's memory", async () => {
  const provider = await openStream(512 * MIB);
  const response = await ask();
  // Two looks that see the same figure: the stream stands still.
  let before = -1;
  await pollUntil(provider.taken, {
    every: 250,
    timeoutMs: 60_000,
    until: (taken) => {
      const stands = taken === before;
      before = taken;
      return stands;
    },
  });
  // What the sockets of two connections hold by themselves, and not the half gigabyte.
  expect(provider.taken()).toBeLessThan(48 * MIB);
  response.destroy();
  expect(await provider.closed).toBe(false);
});

test("a client that reads by and by gets every byte, and leaves no listener behind", async () => {
  const warnings: string[] = [];
  const warn = (warning: Error): void => void warnings.push(warning.name);
  process.on("warning", warn);
  const provider = await openStream(24 * MIB);
  const response = await ask();
  // Reading starts when the gateway's own buffers are full.
  await pollUntil(provider.taken, { until: (taken) => taken > 4 * MIB });
  const bytes = await buffer(response);
  expect(await provider.closed).toBe(true);
  expect(bytes.byteLength).toBe(provider.taken());
  process.off("warning", warn);
  expect(warnings).toEqual([]);
});
