import type { ModelGroup, Rollout } from "@understudy/contracts";
import { stillControl } from "@understudy/control/fixture";
import { systemClock } from "@understudy/runtime";
import { createMetrics } from "@understudy/telemetry";
import type { Express, Router } from "express";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { resolveConfig } from "@understudy/config";
import { type AppDeps, createApp } from "../app.ts";
import { ask } from "../fixtures/ask.fixture.ts";
import { type EmbeddedBench, openEmbeddedBench } from "../fixtures/embedded.fixture.ts";
import { type RunningGateway, startGateway, usualSettings } from "../fixtures/gateway.fixture.ts";
import { createDrain } from "../http/drain.ts";
import { openApiDocument } from "./document.ts";
import { OPERATIONS } from "./operations.ts";

/** The page and what it signs in with, and a door that one client knocks at. */
const OF_THE_PAGE = /^\/(?:$|ui(?:\/|$)|api\/hello$)/;
const SETTINGS = usualSettings("http://127.0.0.1:9/v1");

const METHODS = ["get", "post", "put", "patch", "delete"];

interface Layer {
  readonly route?: { readonly path: string | readonly string[]; readonly methods: Readonly<Record<string, boolean>> };
  readonly handle: { readonly stack?: readonly Layer[] };
}

/** Every method and path that Express would hand to a route, as the document writes them. */
function routesOf(stack: readonly Layer[]): readonly string[] {
  return stack.flatMap(({ route, handle }) => {
    if (route === undefined) return routesOf(handle.stack ?? []);
    const methods = METHODS.filter((method) => route.methods[method] === true);
    // What takes any method says which one it would have been.
    if (route.methods["_all"] === true || methods.length === METHODS.length) return [];
    return [route.path]
      .flat()
      .filter((path) => !OF_THE_PAGE.test(path))
      .flatMap((path) => methods.map((method) => `${method} ${path.replaceAll(/[:*](\w+)/g, "{$1}")}`));
  });
}

/** Its routes alone: nothing of what stands behind them is called. */
function appOf(): Express {
  const config = resolveConfig(SETTINGS, {});
  const metrics = createMetrics({ service: "gateway" });
  const control = stillControl();
  const deps = {
    settings: config.gateway,
    host: "127.0.0.1",
    drain: createDrain(),
    clock: systemClock,
    metrics,
    control,
  };
  return createApp({ ...deps, router: { models: () => [] }, healthParts: [] } as unknown as AppDeps);
}

test("the document has every route that there is, and no other", () => {
  const { stack } = appOf().router as Router & { readonly stack: readonly Layer[] };
  const served = [...new Set(routesOf(stack))];
  const written = OPERATIONS.map(({ method, path }) => `${method} ${path}`);
  expect(served.length).toBeGreaterThan(50);
  expect(written.toSorted()).toEqual(served.toSorted());
});

test("names what it refers to, and each operation once", () => {
  const text = JSON.stringify(openApiDocument());
  const { schemas } = (openApiDocument() as { components: { schemas: object } }).components;
  const named = [...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name);
  expect(named.filter((name) => !Object.hasOwn(schemas, name ?? ""))).toEqual([]);
  expect(Object.keys(schemas).filter((name) => !named.includes(name))).toEqual([]);
  const ids = [...text.matchAll(/"operationId":"([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

describe("answers are as the document has them", () => {
  let bench: EmbeddedBench;
  let gateway: RunningGateway;
  beforeAll(async () => {
    bench = await openEmbeddedBench();
    const key = { id: "main~cheap", primary: "main", silent: "cheap" };
    await bench.store.control.begin([key]);
    await bench.store.ledger.write({ id: "led_1", counts: [], admissions: [], withdrawn: [] }, [key]);
    gateway = await startGateway(SETTINGS, { queues: bench.queues, store: bench.store });
  });
  afterAll(async () => {
    await gateway.stop();
    await bench.close();
  });

  /** Checks the answer against the document that the gateway itself serves. */
  async function checked<T>(method: string, path: string, at: string, body?: object): Promise<T> {
    const { json: document } = await ask(gateway.url, "/api/openapi.json");
    const asked = body === undefined ? { method } : { method, body };
    const { status, json } = await ask(gateway.url, at, asked);
    const { paths, components } = document as Written;
    const { responses } = paths[path]?.[method.toLowerCase()] ?? { responses: {} };
    const answer = responses[status] ?? responses["default"];
    const schema = answer?.content["application/json"]?.schema ?? { not: {} };
    const whole = JSON.stringify({ ...schema, $defs: components.schemas }).replaceAll(
      "#/components/schemas/",
      "#/$defs/",
    );
    const read = z.fromJSONSchema(JSON.parse(whole) as z.core.JSONSchema.JSONSchema).safeParse(json);
    expect([status, read.error?.issues ?? []]).toEqual([expect.any(Number), []]);
    return json as T;
  }

  test("of reads, of changes, and of what is refused", async () => {
    const one = "/api/experiments/{id}";
    const at = "/api/experiments/main~cheap";
    await checked("GET", "/api/experiments", "/api/experiments");
    await checked("GET", "/api/experiments", "/api/experiments?include=verdict");
    const groups = await checked<{ data: readonly ModelGroup[] }>("GET", "/api/groups", "/api/groups");
    // A pattern is no group that an experiment can be of, and a model has its provider's own name.
    expect(groups.data).toEqual([
      { name: "main", models: ["gpt-4o"] },
      { name: "cheap", models: ["gpt-4o-mini"] },
    ]);
    await checked("GET", one, at);
    await checked("PATCH", one, at, { sample_rate: 0.5, reason: "to see" });
    await checked("PATCH", one, at, { sample_rate: 5 });
    await checked("POST", "/api/experiments", "/api/experiments", { primary: "main", silent: "sim" });
    await checked("GET", `${one}/events`, `${at}/events`);
    await checked("GET", `${one}/callers`, `${at}/callers`);
    await checked("GET", `${one}/history`, `${at}/history?include=kinds`);
    await checked("GET", `${one}/report`, `${at}/report`);
    const { id } = await checked<Rollout>("POST", `${one}/rollout`, `${at}/rollout`, { force: true, reason: "to see" });
    await checked("GET", "/api/rollouts", "/api/rollouts");
    await checked("GET", "/api/rollouts/{id}", `/api/rollouts/${id}`);
    await checked("POST", "/api/rollouts/{id}/pause", `/api/rollouts/${id}/pause`, {});
    await checked("POST", "/api/rollouts/{id}/pause", `/api/rollouts/${id}/pause`, {});
    await checked("GET", "/api/pairs", "/api/pairs");
    await checked("GET", "/api/queues", "/api/queues");
    await checked("GET", "/api/queues/{silentModel}/failed", "/api/queues/cheap/failed");
    await checked("GET", "/api/webhook", "/api/webhook");
    await checked("GET", "/v1/models", "/v1/models");
    await checked("GET", "/health/readiness", "/health/readiness");
    expect((await bench.store.control.rollout(id))?.state).toBe("held");
  });
});

interface Written {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Answers }>>>>;
  readonly components: { readonly schemas: object };
}
type Answers = Readonly<Record<string, { readonly content: Readonly<Record<string, { readonly schema: object }>> }>>;
