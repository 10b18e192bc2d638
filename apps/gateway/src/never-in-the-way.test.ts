import type { MirrorQueues } from "@understudy/mirror";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask } from "./fixtures/ask.fixture.ts";
import { modelEntry, PLAIN_ROUTER, type RunningGateway, sayHello, startGateway } from "./fixtures/gateway.fixture.ts";
import { createHeldQueues } from "./fixtures/held-queues.fixture.ts";
import { openUpstream, type Upstream } from "./fixtures/upstream.fixture.ts";

// Promise 1: the primary's answer is the same with mirroring on, off and broken.
const broken: Readonly<Record<string, Partial<ReturnType<MirrorQueues["producer"]>>>> = {
  "never takes a job": { add: () => new Promise<void>(() => {}), depth: () => new Promise<never>(() => {}) },
  "refuses every job": {
    add: () => Promise.reject(new Error("READONLY")),
    depth: () => Promise.reject(new Error("READONLY")),
  },
  "throws on every job": {
    add: () => {
      throw new Error("broken at once");
    },
  },
};

let upstream: Upstream;
let withoutMirroring: RunningGateway;
const gateways = new Map<string, RunningGateway>();

beforeAll(async () => {
  upstream = await openUpstream(answerAsTold);
  withoutMirroring = await startGateway(settings({}));
  for (const [how, producer] of Object.entries(broken)) {
    const held = createHeldQueues();
    const queues = { ...held, producer: (name: string) => ({ ...held.producer(name), ...producer }) };
    gateways.set(how, await startGateway(settings({ silent_model: "cheap" }), { queues, graceMs: 50 }));
  }
  const queues: MirrorQueues = {
    ...createHeldQueues(),
    producer: () => {
      throw new Error("there is no queue at all");
    },
  };
  gateways.set(
    "cannot even be opened",
    await startGateway(settings({ silent_model: "cheap" }), { queues, graceMs: 50 }),
  );
});

afterAll(async () => {
  await Promise.all([withoutMirroring, ...gateways.values()].map((gateway) => gateway.stop()));
  await upstream.close();
});

function settings(more: object): object {
  const model_list = [modelEntry("sim/*", "*", upstream.url, more), modelEntry("cheap", "cheap", upstream.url)];
  return { model_list, router_settings: PLAIN_ROUTER };
}

/** The same bytes for the same model name, so that answers can be compared wholly. */
const answerAsTold: Parameters<typeof openUpstream>[0] = (body, response) => {
  const { model, stream } = JSON.parse(body) as { model: string; stream?: boolean };
  if (model === "hang-up") response.destroy();
  else if (model === "fail") response.writeHead(429, { "retry-after": "7" }).end('{"error":{"message":"Slow down."}}');
  else if (stream === true) {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const word of ["Hel", "lo"])
      response.write(`data: {"choices":[{"index":0,"delta":{"content":"${word}"}}]}\n\n`);
    if (model === "cut") response.write(": so far\n\n", () => response.destroy());
    else response.end("data: [DONE]\n\n");
  } else
    response
      .writeHead(200, { "content-type": "application/json" })
      .end('{"choices":[{"message":{"content":"Hello"}}]}');
};

const REQUESTS = [
  { model: "sim/whole" },
  { model: "sim/stream", stream: true },
  { model: "sim/cut", stream: true },
  { model: "sim/fail" },
  { model: "sim/hang-up" },
  { model: "sim/whole", messages: [] },
  { model: "nobody" },
];

async function answerOf({ url }: RunningGateway, request: object) {
  const { status, headers, text } = await ask(url, "/v1/chat/completions", {
    body: { messages: sayHello, ...request },
  });
  return { status, text, headers: { ...headers, date: "", "x-request-id": "" } };
}

describe.each([...Object.keys(broken), "cannot even be opened"])("while the queue %s", (how) => {
  test.each(REQUESTS)("the answer to %j is as without mirroring", async (request) => {
    const gateway = gateways.get(how);
    if (gateway === undefined) throw new Error(`no gateway whose queue ${how}`);
    expect(await answerOf(gateway, request)).toEqual(await answerOf(withoutMirroring, request));
  });

  test("every primary call is logged and counted, and the gateway says that it is alive", async () => {
    const { url, logged } = gateways.get(how) ?? withoutMirroring;
    const lines = logged.filter(({ message }) => message.startsWith("primary call"));
    expect(lines.map(({ fields }) => fields["status"])).toEqual(["ok", "ok", "partial", "error", "error"]);
    const metrics = (await ask(url, "/metrics")).text;
    expect(metrics).toContain(
      'understudy_calls_total{role="primary",model_group="sim/*",provider="openai",status="ok"} 2',
    );
    expect((await ask(url, "/health/liveliness")).status).toBe(200);
  });
});

test("a thousand requests are answered while the first job still hangs", async () => {
  const gateway = gateways.get("never takes a job") ?? withoutMirroring;
  const statuses: number[] = [];
  const spools = Array.from({ length: 20 }, async () => {
    for (let sent = 0; sent < 50; sent += 1) statuses.push((await answerOf(gateway, { model: "sim/whole" })).status);
  });
  await Promise.all(spools);
  expect(statuses).toHaveLength(1_000);
  expect(new Set(statuses)).toEqual(new Set([200]));
});

test("what goes wrong is said once and not with every request", () => {
  for (const how of ["refuses every job", "throws on every job"]) {
    const lines = gateways
      .get(how)
      ?.logged.filter(({ level, message }) => level !== "info" && message.includes("queue"));
    expect(lines?.map(({ message }) => message)).toEqual(["the queue cannot be reached; jobs are held in memory"]);
  }
});
