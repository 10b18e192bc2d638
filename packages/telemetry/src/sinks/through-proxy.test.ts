import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { PLAIN_NETWORK } from "@understudy/config";
import { createOutgoing } from "@understudy/router";
import { openProxy } from "@understudy/router/fixture";
import { createRedactor, silentLogger, systemClock as clock } from "@understudy/runtime";
import { expect, onTestFinished, test } from "vitest";
import { samplePair } from "./call-entry.fixture.ts";
import { openHttpSink } from "./http/http-sink.ts";
import { openLangfuseSink } from "./langfuse/langfuse-sink.ts";
import { prepareCall } from "./logged-call.ts";
import { openOtelSink } from "./otel/otel-sink.ts";
import { openS3Sink } from "./s3/s3-sink.ts";
import type { Sink } from "./sink.ts";
import { createWebhook } from "./webhook/webhook.ts";

/** A place that takes all, and the way to it. */
async function placeBehindProxy() {
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader("content-type", "application/json");
    request.on("end", () => response.end("{}"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const proxy = await openProxy({ credentials: "user:pass" });
  const outgoing = createOutgoing({ ...PLAIN_NETWORK, httpProxy: proxy.url.replace("//", "//user:pass@") });
  onTestFinished(async () => {
    await outgoing.close();
    await proxy.close();
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, proxy, outgoing };
}

type Place = Awaited<ReturnType<typeof placeBehindProxy>>;
const calls = { success: true, failure: true };

const OPEN: Readonly<Record<string, (place: Place) => Promise<Sink>>> = {
  generic_api: ({ url, outgoing }) =>
    openHttpSink({ url: `${url}/calls`, headers: {}, format: "json_array" }, outgoing),
  langfuse: ({ url, outgoing }) =>
    openLangfuseSink(
      { kind: "langfuse", calls, host: url, publicKey: "pk", secretKey: "sk-test-1", environment: null, release: null },
      outgoing,
    ),
  otel: ({ url, outgoing }) => {
    const target = { protocol: "http/json", headers: {}, timeoutMs: 5_000, compression: "none" } as const;
    const tls = { ca: null, cert: null, key: null };
    const traces = { url: `${url}/v1/traces`, ...target, tls };
    const batch = { calls: 1, held: 10, everyMs: 5 };
    const more = {
      serviceName: null,
      resource: {},
      metrics: null,
      sampler: { kind: "always_on" },
      propagates: true,
      text: true,
    };
    return openOtelSink({ kind: "otel", calls, traces, batch, ...more } as never, outgoing, "gateway");
  },
  s3: ({ url, outgoing }) => {
    const credentials = { accessKeyId: "a", secretAccessKey: "b", sessionToken: null };
    const store = { endpoint: url, virtualHosted: false, serverSideEncryption: null, kmsKeyId: null };
    return openS3Sink(
      { access: { bucket: "logs", region: "us-east-1", credentials, ...store }, prefix: "calls" },
      outgoing,
    );
  },
};

test.each([
  ["generic_api", [/^POST http:\S+\/calls$/]],
  ["langfuse", [/\/api\/public\/otel\/v1\/traces$/, /\/api\/public\/ingestion$/]],
  ["otel", [/\/v1\/traces$/]],
  ["s3", [/^PUT http:\S+\/logs\/calls\//]],
])("%s is written through the proxy", async (name, expected) => {
  const place = await placeBehindProxy();
  const sink = await OPEN[name]?.(place);
  const settings = { secrets: createRedactor([]), patterns: null, text: true, keyInfo: true };
  const { primary, silent } = samplePair(1);
  const signal = AbortSignal.timeout(60_000);
  await sink?.write(
    [primary, silent].map((entry) => prepareCall(entry, settings)),
    signal,
  );
  await sink?.close();
  for (const pattern of expected) expect(place.proxy.seen).toContainEqual(expect.stringMatching(pattern));
});

test("the webhook is posted through the proxy", async () => {
  const { url, proxy, outgoing } = await placeBehindProxy();
  const settings = {
    url: `${url}/hook`,
    secret: "whsec_dGVzdA==",
    events: ["verdict_changed"],
    failureRate: 1,
    queueShare: 1,
  };
  const webhook = createWebhook(settings as never, { outgoing, secrets: [], clock, logger: silentLogger });
  webhook.tell({ type: "verdict_changed", subject: "s", occasion: "1", data: {} });
  await webhook.service.stop(new AbortController().signal);
  expect(proxy.seen).toEqual([`POST ${url}/hook`]);
});
