import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { stillControl } from "@understudy/control/fixture";
import { resolveConfig } from "@understudy/config";
import { createHost, silentLogger, systemClock } from "@understudy/runtime";
import { createAwayStore } from "./fixtures/away-store.fixture.ts";
import { modelEntry, sayHello, startSimulator } from "./fixtures/gateway.fixture.ts";
import { createHeldQueues } from "./fixtures/held-queues.fixture.ts";
import { createAfterAnswer, createGateway } from "./index.ts";

interface Seen {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

interface Payload {
  readonly role: string;
  readonly pair_id: string | null;
  readonly messages: unknown;
}

let stops: (() => Promise<void>)[] = [];
let seen: Seen[] = [];
let receiver = "";

/** Takes what sinks send, and passes for a provider under /v1. */
beforeEach(async () => {
  seen = [];
  const { simulator, upstream } = await startSimulator();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      seen.push({ path: request.url ?? "", headers: request.headers, body });
      if (request.url?.startsWith("/v1/chat") !== true) return void response.end("{}");
      const init = {
        method: "POST",
        headers: { "content-type": "application/json", authorization: "Bearer sk-x" },
        body,
      };
      fetch(`${upstream}/chat/completions`, init)
        .then(async (answer) => response.writeHead(answer.status).end(await answer.text()))
        .catch(() => response.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  receiver = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  stops = [
    () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
    () => simulator.stop(),
  ];
});
afterEach(async () => {
  for (const stop of stops) await stop();
});

async function startGateway(callbacks: readonly string[], env: Record<string, string> = {}, more: object = {}) {
  const settings = {
    model_list: [
      modelEntry("main", "gpt-4o", `${receiver}/v1`, { silent_model: "cheap" }),
      modelEntry("cheap", "gpt-4o-mini", `${receiver}/v1`),
    ],
    litellm_settings: { callbacks, ...more },
  };
  const config = resolveConfig(settings, { GENERIC_LOGGER_ENDPOINT: `${receiver}/calls`, ...env });
  const queues = createHeldQueues();
  const deps = {
    config,
    queues,
    store: createAwayStore(),
    control: stillControl(),
    clock: systemClock,
    logger: silentLogger,
  };
  const afterAnswer = createAfterAnswer({ ...deps, spool: null });
  const gateway = createGateway({ ...deps, afterAnswer, host: "127.0.0.1", port: 0 });
  const host = createHost(gateway.services, { logger: silentLogger, clock: systemClock, graceMs: 60_000 });
  await host.start();
  return { url: gateway.url(), stop: () => host.stop() };
}

async function ask(url: string, more: object = {}, headers: Record<string, string> = {}): Promise<void> {
  const body = JSON.stringify({ model: "main", messages: sayHello, ...more });
  const init = { method: "POST", headers: { "content-type": "application/json", ...headers }, body };
  const response = await fetch(`${url}/v1/chat/completions`, init);
  expect(response.status).toBe(200);
  await response.text();
}

const logged = () =>
  seen.filter(({ path }) => path === "/calls").flatMap(({ body }) => JSON.parse(body) as readonly Payload[]);

test("a primary is in the sink with its pair id, once the gateway has stopped at the latest", async () => {
  const gateway = await startGateway(["generic_api"]);
  await ask(gateway.url);
  await gateway.stop();
  expect(logged()).toMatchObject([
    { role: "primary", pair_id: expect.stringMatching(/^pair_/) as string, messages: sayHello },
  ]);
});

test("a client keeps its call out with no-log, and its texts with LiteLLM's header; neither reaches the provider", async () => {
  const gateway = await startGateway(["generic_api"]);
  await ask(gateway.url, { "no-log": true });
  await ask(gateway.url, {}, { "x-litellm-enable-message-redaction": "true" });
  await gateway.stop();
  expect(logged()).toMatchObject([{ role: "primary", messages: "[redacted]" }]);
  expect(
    seen
      .filter(({ path }) => path.startsWith("/v1/chat"))
      .map(({ body }) => body)
      .join(),
  ).not.toContain("no-log");
});

test("no-log is not heeded where the configuration says so", async () => {
  const gateway = await startGateway(["generic_api"], {}, { global_disable_no_log_param: true });
  await ask(gateway.url, { "no-log": true });
  await gateway.stop();
  expect(logged()).toHaveLength(1);
});

test("a client's trace goes on to the provider where spans are collected, and nothing does where they are not", async () => {
  const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const traced = await startGateway(["otel"], {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    OTEL_METRICS_EXPORTER: "none",
  });
  await ask(traced.url, {}, { traceparent });
  await traced.stop();
  const sent = seen.find(({ path }) => path.startsWith("/v1/chat"))?.headers["traceparent"];
  expect(sent).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01$/);
  expect(sent).not.toBe(traceparent);
  const spans = seen.filter(({ path }) => path === "/v1/traces").map(({ body }) => body);
  expect(spans.join()).toContain(String(sent).slice(36, 52));
  expect(spans.join()).toContain('"parentSpanId":"00f067aa0ba902b7"');
  seen = [];
  const plain = await startGateway([]);
  await ask(plain.url, {}, { traceparent });
  await plain.stop();
  expect(seen).toHaveLength(1);
  expect(seen[0]?.headers["traceparent"]).toBeUndefined();
});

test("readiness and metrics tell of the sinks, and a sink that is down makes nothing degraded", async () => {
  const gateway = await startGateway(["generic_api"], { GENERIC_LOGGER_ENDPOINT: "http://127.0.0.1:1/calls" });
  await ask(gateway.url);
  const readiness = (await (await fetch(`${gateway.url}/health/readiness`)).json()) as { sinks: object; parts: object };
  expect(readiness.sinks).toMatchObject({ generic_api: { written: 0, dropped: {} } });
  expect(Object.keys(readiness.parts)).toEqual(["queue", "database", "mirroring"]);
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(metrics).toMatch(/^understudy_sink_held\{sink="generic_api"\} 1$/m);
  expect(metrics).toMatch(/^understudy_sink_up\{sink="generic_api"\} [01]$/m);
  await gateway.stop();
});
