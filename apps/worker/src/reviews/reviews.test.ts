import { stillControl } from "@understudy/control/fixture";
import { keepLines } from "@understudy/runtime/fixture";
import { resolveConfig } from "@understudy/config";
import { createPostgresQueues, type Queues } from "@understudy/mirror";
import { createHost, type Host, shortHash, silentLogger, systemClock as clock } from "@understudy/runtime";
import { createSimulator, type Simulator } from "@understudy/simulator";
import { createStore, type Database, openEmbedded, type Store } from "@understudy/store";
import { type PlaceRequest, startPlaceServer } from "@understudy/telemetry/fixture";
import { pollUntil } from "@understudy/testkit";
import type { ServerResponse } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { jobNumber, QUESTION } from "../job.fixture.ts";
import { createWorker } from "../worker.ts";

let simulator: Simulator;
let url: string;
let database: Database;
let store: Store;
let queues: Queues;
let host: Host | null = null;

beforeAll(async () => {
  simulator = createSimulator({ speed: 0 });
  ({ url } = await simulator.start());
  database = await openEmbedded("memory");
  store = createStore(database, { clock });
  await store.migrate();
  queues = createPostgresQueues({ pool: database.queuePool, clock, logger: silentLogger });
  await pollUntil(() => queues.ping().then(() => true));
});
afterEach(async () => {
  await host?.stop();
  simulator.reset();
});
afterAll(async () => {
  await queues.close();
  await store.close();
  await simulator.stop();
});

/** A worker whose pairs are all judged, at this price. */
function reviewingWorker(price: object, langfuse: string | null = null) {
  const at = { api_base: `${url}/v1`, api_key: "sk-test-1" };
  const entry = (model_name: string, model: string, params = {}) => ({
    model_name,
    litellm_params: { model: `openai/${model}`, ...at, ...params },
  });
  const model_list = [
    entry("gpt-main", "gpt-4o", { silent_model: "quiet" }),
    entry("quiet", "gpt-4o-mini"),
    entry("judge", "sim-judge", price),
  ];
  const mirror_settings = { judge: { model: "judge", sample_rate: 1 } };
  const { logger, lines } = keepLines();
  const litellm_settings = langfuse === null ? {} : { callbacks: ["langfuse"] };
  const env = { LANGFUSE_HOST: langfuse ?? "", LANGFUSE_PUBLIC_KEY: "pk-lf-test", LANGFUSE_SECRET_KEY: "sk-lf-test" };
  const config = resolveConfig({ model_list, mirror_settings, litellm_settings }, env);
  return {
    worker: createWorker({ config, queues, store, control: stillControl(), health: null, clock, logger }),
    lines,
  };
}

interface Score {
  readonly name: string;
  readonly metadata: { readonly pair_id: string };
}

function answerAsLangfuse({ path, body }: PlaceRequest, response: ServerResponse): void {
  response.setHeader("content-type", "application/json");
  if (path !== "/api/public/ingestion") return void response.end("{}");
  const { batch } = JSON.parse(body.toString()) as { batch: readonly { id: string }[] };
  response.writeHead(207).end(JSON.stringify({ successes: batch.map(({ id }) => ({ id, status: 201 })), errors: [] }));
}

describe("a worker that has pairs judged", () => {
  test("does it once the pair is stored, with a log line and a role of its own for each call", async () => {
    const { worker, lines } = reviewingWorker({ input_cost_per_token: 0, output_cost_per_token: 0 });
    host = createHost(worker.services, { logger: silentLogger, clock, graceMs: 60_000 });
    await host.start();
    const job = jobNumber(1);
    await queues.producer("quiet").add([job]);
    const review = await pollUntil(() => store.reviews.read(job.pair_id), { what: "a review" });
    expect(review).toMatchObject({ pair_id: job.pair_id, experiment: "exp-1", not_judged: null });
    expect(await store.pairs.read(job.pair_id)).toMatchObject({ outcome: "paired" });
    const calls = lines.filter(({ message }) => message === "judge call ok");
    expect(calls).toHaveLength(2);
    expect(calls[0]?.fields).toMatchObject({ role: "judge", pair_id: job.pair_id, is_silent_experiment: false });
    expect(JSON.stringify(lines)).not.toContain("better");
  });

  test("tells Langfuse what the judge said, but not of a request whose client wants no log", async () => {
    const server = await startPlaceServer({ answer: answerAsLangfuse });
    const { worker } = reviewingWorker({ input_cost_per_token: 0, output_cost_per_token: 0 }, server.url);
    host = createHost(worker.services, { logger: silentLogger, clock, graceMs: 60_000 });
    await host.start();
    const request = JSON.stringify({ ...QUESTION, metadata: { trace_id: "checkout" } });
    const [logged, unlogged] = [jobNumber(11, { request }), jobNumber(12, { logging: { none: true } })];
    await queues.producer("quiet").add([logged, unlogged]);
    for (const { pair_id } of [logged, unlogged]) {
      await pollUntil(() => store.reviews.read(pair_id), { what: "a review", until: (review) => review !== null });
    }
    await host.stop();
    const silent = (await store.pairs.read(logged.pair_id))?.silent;
    const scores = server.requests
      .filter(({ path }) => path === "/api/public/ingestion")
      .flatMap(({ body }) => (JSON.parse(body.toString()) as { batch: { body: Score }[] }).batch)
      .map(({ body }) => body);
    expect(new Set(scores.map(({ metadata }) => metadata.pair_id))).toEqual(new Set([logged.pair_id]));
    expect(scores.find(({ name }) => name === "understudy.judgement")).toMatchObject({
      traceId: shortHash("checkout", 32),
      observationId: shortHash(silent?.id ?? "", 16),
    });
    await server.close();
  });
});
