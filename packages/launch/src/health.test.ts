import { type LogFields, silentLogger, systemClock, VERSION } from "@understudy/runtime";
import { createMetrics } from "@understudy/telemetry";
import express from "express";
import { connect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { type HealthOptions, type HealthPart, healthRoutes, metricsRoute } from "./health.ts";
import { createHttpServer, type HttpServer } from "./http-server.ts";

const open: HttpServer[] = [];

afterEach(async () => {
  for (const server of open.splice(0)) await server.stop(AbortSignal.abort());
});

async function serve(of: Partial<HealthOptions> = {}): Promise<string> {
  const app = express();
  app.use(healthRoutes({ parts: [], statusWhenDegraded: 503, clock: systemClock, logger: silentLogger, ...of }));
  app.get("/metrics", metricsRoute(createMetrics({ service: "worker", defaultMetrics: false })));
  const server = createHttpServer(app, "127.0.0.1", 0);
  open.push(server);
  await server.start();
  return server.url();
}

const well = (name: string): HealthPart => ({ name, check: () => Promise.resolve() });
const failing = (name: string, error: unknown): HealthPart => ({ name, check: () => Promise.reject(error) });

const openly = { mayReadWhy: () => true };

async function readiness(of: Partial<HealthOptions>): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await fetch(`${await serve(of)}/health/readiness`);
  return { status: response.status, body: await response.json() };
}

describe("liveness", () => {
  test.each(["/health/liveliness", "/health/liveness"])("%s answers whatever the parts do", async (path) => {
    const url = await serve({ parts: [failing("queue", new Error("away"))] });
    const response = await fetch(url + path);
    expect([response.status, await response.json()]).toEqual([200, { status: "alive", version: VERSION }]);
  });
});

describe("readiness", () => {
  test("is given when every part can be used", async () => {
    expect(await readiness({ parts: [well("queue"), well("database")] })).toEqual({
      status: 200,
      body: { status: "ready", version: VERSION, parts: { queue: { ready: true }, database: { ready: true } } },
    });
  });

  const parts = [well("queue"), failing("database", new Error("connect ECONNREFUSED 127.0.0.1:5432"))];

  test.each([503, 200] as const)("is %d, and says which part, when one cannot", async (statusWhenDegraded) => {
    expect(await readiness({ parts, statusWhenDegraded })).toEqual({
      status: statusWhenDegraded,
      body: { status: "degraded", version: VERSION, parts: { queue: { ready: true }, database: { ready: false } } },
    });
  });

  test("tells the log why, once until it is ready again", async () => {
    const lines: [string, LogFields | undefined][] = [];
    const tell = (message: string, fields?: LogFields): void => void lines.push([message, fields]);
    let away = true;
    const database: HealthPart = {
      name: "database",
      check: () => (away ? Promise.reject(new Error("no such host")) : Promise.resolve()),
    };
    const url = await serve({ parts: [database], logger: { ...silentLogger, info: tell, warn: tell } });
    for (const now of [true, true, false, false]) {
      away = now;
      await (await fetch(`${url}/health/readiness`)).text();
    }
    expect(lines).toEqual([
      ["a part is not ready", { part: "database", error: "Error: no such host" }],
      ["a part is ready again", { part: "database" }],
    ]);
  });

  test.each([503, 200] as const)("is %d, and says why to who may know it", async (statusWhenDegraded) => {
    expect(await readiness({ parts, statusWhenDegraded, ...openly })).toEqual({
      status: statusWhenDegraded,
      body: {
        status: "degraded",
        version: VERSION,
        parts: { queue: { ready: true }, database: { ready: false, error: "connect ECONNREFUSED 127.0.0.1:5432" } },
      },
    });
  });

  test("has a reason even where the error has no message", async () => {
    // `localhost` has two addresses, and nothing listens on either: the real error, whatever its form.
    const refused = await new Promise<Error>((resolve) =>
      connect({ host: "localhost", port: 1 }).once("error", resolve),
    );
    const thrown = failing("thrown", "a text");
    const { body } = await readiness({ parts: [failing("refused", refused), thrown], ...openly });
    expect(body).toMatchObject({ parts: { refused: { error: /ECONNREFUSED/ }, thrown: { error: "a text" } } });
  });

  test("does not wait for a part that hangs", async () => {
    const hurried = { ...systemClock, sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms / 50, signal) };
    const hanging: HealthPart = { name: "queue", check: () => new Promise(() => undefined) };
    expect(await readiness({ parts: [hanging, well("database")], clock: hurried, ...openly })).toEqual({
      status: 503,
      body: {
        status: "degraded",
        version: VERSION,
        parts: { queue: { ready: false, error: "no answer within 2000 ms" }, database: { ready: true } },
      },
    });
  });

  test("survives a part that throws before it promises anything", async () => {
    const throwing: HealthPart = {
      name: "queue",
      check: () => {
        throw new Error("not open");
      },
    };
    expect(await readiness({ parts: [throwing], ...openly })).toMatchObject({
      status: 503,
      body: { parts: { queue: { error: "not open" } } },
    });
  });
});

test("metrics are served as Prometheus reads them", async () => {
  const response = await fetch(`${await serve()}/metrics`);
  expect(response.headers.get("content-type")).toMatch(/^text\/plain; .*version=/);
  expect(await response.text()).toContain(`understudy_service_info{service="worker",version="${VERSION}"} 1`);
});
