import { type DecodedSpan, decodeSpans, type PlaceServer, startPlaceServer } from "@understudy/telemetry/fixture";
import { describeWith, pollUntil, stopAll } from "@understudy/testkit";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { allPairs, chatBody, experimentWhen, send, startSystem, type System } from "./support/system.ts";

const PRODUCER = 4;
const CONSUMER = 5;
const CLIENT_TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const CLIENT_SPAN = "00f067aa0ba902b7";

let collector: PlaceServer;
beforeEach(async () => {
  collector = await startPlaceServer();
});
afterEach(() => collector.close());
afterAll(stopAll);

const spans = (): readonly DecodedSpan[] => decodeSpans(collector.requests, "/v1/traces");

async function startTraced(env: Readonly<Record<string, string>> = {}, silent = "gpt-4o"): Promise<System> {
  const collecting = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_METRICS_EXPORTER: "none", ...env };
  return startSystem({ silent, env: collecting, more: "litellm_settings: { callbacks: [otel] }" });
}

async function ask({ url }: System, traceparent?: string): Promise<void> {
  const headers: Record<string, string> = traceparent === undefined ? {} : { traceparent };
  const response = await send(url, chatBody("Say hello.", { user: "u" }), headers);
  expect(response.status).toBe(200);
  await response.text();
}

async function stopServices({ gateway, workers }: System): Promise<void> {
  for (const service of [gateway, ...workers]) {
    service.kill("SIGTERM");
    expect(await service.exit).toEqual({ code: 0, signal: null });
  }
}

/** The one span that fits; fails when there are none or several. */
function only(fits: (span: DecodedSpan) => boolean): DecodedSpan {
  const found = spans().filter(fits);
  expect(found).toHaveLength(1);
  return found[0] as DecodedSpan;
}

await describeWith({ redis: true, postgres: true }, "a request's way through its traces", () => {
  // Where there is no Redis the queue is PostgreSQL's.
  test.each([{}, { REDIS_URL: "" }])(
    "%o: client, primary, queue and worker in one, the silent call in its own",
    async (env) => {
      const system = await startTraced(env);
      await ask(system, `00-${CLIENT_TRACE}-${CLIENT_SPAN}-01`);
      await ask(system);
      await experimentWhen(system.url, ({ counts }) => counts.paired === 2);
      const pairs = await allPairs(system.url);
      const metrics = await (await fetch(`${system.url}/metrics`)).text();
      expect(metrics).toMatch(/^understudy_sink_up\{sink="otel_queue"\} 1$/m);
      await stopServices(system);
      expect(pairs).toHaveLength(2);
      for (const { id } of pairs) {
        const primary = only(
          ({ attributes: of }) => of["understudy.pair_id"] === id && of["understudy.role"] === "primary",
        );
        const silent = only(
          ({ attributes: of }) => of["understudy.pair_id"] === id && of["understudy.role"] === "silent",
        );
        const added = only(({ kind, attributes: of }) => kind === PRODUCER && of["bullmq.job.id"] === id);
        const taken = only(({ kind, attributes: of }) => kind === CONSUMER && of["bullmq.job.id"] === id);
        expect(added).toMatchObject({ traceId: primary.traceId, parentSpanId: primary.spanId });
        expect(added.name).toBe("add mirror-evaluation-model");
        expect(added.resource["service.name"]).toBe("understudy-gateway");
        expect(taken).toMatchObject({ traceId: primary.traceId, parentSpanId: added.spanId });
        expect(taken.resource["service.name"]).toBe("understudy-worker");
        expect(silent.traceId).not.toBe(primary.traceId);
        expect(silent.links).toEqual([{ traceId: primary.traceId, spanId: primary.spanId }]);
      }
      expect(spans().filter(({ traceId }) => traceId === CLIENT_TRACE)).toHaveLength(3);
      expect(only(({ parentSpanId }) => parentSpanId === CLIENT_SPAN).attributes["understudy.role"]).toBe("primary");
      // What BullMQ does for itself is in no trace.
      expect(spans()).toHaveLength(8);
    },
  );

  test("a client's trace that is not sampled leaves no span, of the queue neither", async () => {
    const system = await startTraced();
    await ask(system, `00-${CLIENT_TRACE}-${CLIENT_SPAN}-00`);
    await experimentWhen(system.url, ({ counts }) => counts.paired === 1);
    await stopServices(system);
    expect(spans()).toEqual([]);
    const sent = system.simulator.requests().map(({ headers }) => String(headers["traceparent"]));
    expect(sent).toHaveLength(2);
    for (const traceparent of sent) expect(traceparent).toMatch(/-00$/);
  });

  test("why a job failed is told by its kind: no word of a provider is in the queue's spans", async () => {
    const system = await startTraced({}, "gpt-4o@fail-401");
    await ask(system);
    await system.workers[0]?.line((line) => line["message"] === "silent call failed");
    await pollUntil(() => Promise.resolve(spans()), {
      what: "the failed delivery's span",
      until: (all) => all.some(({ kind }) => kind === CONSUMER),
    });
    await stopServices(system);
    const taken = only(({ kind }) => kind === CONSUMER);
    expect(taken.events.map(({ name, attributes }) => [name, attributes])).toEqual([["job failed", {}]]);
  });
});
