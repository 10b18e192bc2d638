import { once } from "node:events";
import { Agent, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { buffer, text } from "node:stream/consumers";
import { type Clock, systemClock } from "@understudy/runtime";
import type { Simulator } from "@understudy/simulator";
import { pollUntil } from "@understudy/testkit";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { ask, send } from "./fixtures/ask.fixture.ts";
import {
  type GatewayOptions,
  modelEntry,
  PLAIN_ROUTER,
  type RunningGateway,
  sayHello,
  startGateway,
  startSimulator,
} from "./fixtures/gateway.fixture.ts";
import { createHeldQueues, type HeldQueues } from "./fixtures/held-queues.fixture.ts";
import { openUpstream, type Upstream } from "./fixtures/upstream.fixture.ts";

const CHAT = "/v1/chat/completions";
const DONE = "data: [DONE]\n\n";
const body = { model: "main", messages: sayHello, stream: true };
let simulator: Simulator;
let simulatorUrl: string;
/** Sends the beginning of a stream, and its end when told to. */
let provider: Upstream;
let finish: () => void = () => undefined;

beforeAll(async () => {
  ({ simulator, upstream: simulatorUrl } = await startSimulator());
  provider = await openUpstream((_body, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write('data: {"choices":[{"index":0,"delta":{"content":"Hel"}}]}\n\n');
    finish = () => response.end(DONE);
  });
});

beforeEach(() => simulator.reset());

afterAll(async () => {
  await provider.close();
  await simulator.stop();
});

function start(upstream: string, options: GatewayOptions & { readonly queues: HeldQueues }): Promise<RunningGateway> {
  const model_list = [
    modelEntry("main", "gpt-4o", upstream, { silent_model: "cheap" }),
    modelEntry("cheap", "x", upstream),
  ];
  return startGateway({ model_list, router_settings: PLAIN_ROUTER }, options);
}

/** A stream whose first chunk is here. */
async function openStream(gateway: RunningGateway, agent: Agent | false = false): Promise<IncomingMessage> {
  const response = await send(gateway.url, CHAT, { body, agent });
  await new Promise((resolve) => response.once("readable", resolve));
  return response;
}

/** Resolves when the port takes no more connections: the gateway has begun to stop. */
const refused = (url: string) =>
  pollUntil(() =>
    ask(url, "/health/liveliness").then(
      () => false,
      (error: { code?: string }) => error.code === "ECONNREFUSED",
    ),
  );

test("open answers end, nobody new is let in, and what they leave to mirror gets onto the queue", async () => {
  const taking = Promise.withResolvers<void>();
  const mayTake = Promise.withResolvers<void>();
  const queues = createHeldQueues({
    beforeAdd: () => {
      taking.resolve();
      return mayTake.promise;
    },
  });
  const gateway = await start(provider.url, { queues });
  const response = await openStream(gateway);
  let stopped = false;
  const stopping = gateway.stop().then(() => (stopped = true));
  await refused(gateway.url);
  finish();
  expect((await text(response)).endsWith(DONE)).toBe(true);
  await taking.promise;
  expect(stopped).toBe(false);
  mayTake.resolve();
  await stopping;
  expect(queues.jobs).toMatchObject([{ silent_model: "cheap", primary: { status: "ok", answer: { text: "Hel" } } }]);
});

test("a connection that is kept alive does not hold up the stop", async () => {
  const queues = createHeldQueues();
  // Far beyond the test's own patience: only a stop that waits for nothing gets done.
  const gateway = await start(provider.url, { queues, graceMs: 600_000 });
  const agent = new Agent({ keepAlive: true });
  const response = await openStream(gateway, agent);
  const stopping = gateway.stop();
  await refused(gateway.url);
  finish();
  await buffer(response);
  await stopping;
  agent.destroy();
  expect(queues.jobs).toHaveLength(1);
});

test("a request on a connection that was open before is answered, and is the last one there", async () => {
  const gateway = await start(provider.url, { queues: createHeldQueues() });
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  // Connections are accepted in order: once a later one is answered, this one is the gateway's.
  await ask(gateway.url, "/health/liveliness");
  const stopping = gateway.stop();
  await refused(gateway.url);
  socket.write(`GET /v1/models HTTP/1.1\r\nhost: ${hostname}:${port}\r\n\r\n`);
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*connection: close\r\n[^]*"object":"list"/);
  await stopping;
});

test("answers that do not end are cut off in time for their copies to get out", async () => {
  const queues = createHeldQueues();
  const gateway = await start(simulatorUrl, { queues, clock: hurried(15_000) });
  simulator.script("gpt-4o", "stall");
  const response = await openStream(gateway);
  const ended = simulator.nextEnd();
  const stopping = gateway.stop();
  await expect(buffer(response)).rejects.toMatchObject({ code: "ECONNRESET" });
  expect((await ended).end).toBe("aborted");
  await stopping;
  expect(queues.jobs).toMatchObject([{ primary: { status: "partial", error: { kind: "aborted" } } }]);
  expect(gateway.logged.filter(({ level }) => level === "error")).toEqual([]);
});

test("the deadline of the process cuts off whatever is open", async () => {
  const gateway = await start(simulatorUrl, { queues: createHeldQueues(), graceMs: 50 });
  simulator.script("gpt-4o", "hang");
  const arrived = simulator.nextRequest();
  const ended = simulator.nextEnd();
  const failed = ask(gateway.url, CHAT, { body }).catch((error: unknown) => error);
  await arrived;
  await gateway.stop();
  expect(await failed).toMatchObject({ code: "ECONNRESET" });
  expect((await ended).end).toBe("aborted");
});

test("a gateway that never had a request stops, and stops again", async () => {
  const gateway = await start(simulatorUrl, { queues: createHeldQueues() });
  await gateway.stop();
  await gateway.stop();
  expect(await refused(gateway.url)).toBe(true);
});

/** The clock on the wall, for which `ms` are over at once. */
function hurried(ms: number): Clock {
  return { ...systemClock, after: (wait, run) => systemClock.after(wait === ms ? 1 : wait, run) };
}
