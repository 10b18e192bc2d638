import { resolveConfig } from "@understudy/config";
import { createPostgresQueues, type Queues } from "@understudy/mirror";
import { createHost, type Host, silentLogger, systemClock as clock } from "@understudy/runtime";
import { createSimulator, type Simulator } from "@understudy/simulator";
import { createPairStore, type Database, openEmbedded, type PairStore } from "@understudy/store";
import { pollUntil } from "@understudy/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { jobNumber, keepLines } from "../job.sample.ts";
import { createWorker } from "../worker.ts";

let simulator: Simulator;
let url: string;
let database: Database;
let store: PairStore;
let queues: Queues;
let host: Host | null = null;

beforeAll(async () => {
  simulator = createSimulator({ speed: 0 });
  ({ url } = await simulator.start());
  database = await openEmbedded("memory");
  store = createPairStore(database, { clock });
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
function reviewingWorker(price: object) {
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
  const config = resolveConfig({ model_list, mirror_settings }, {});
  return { worker: createWorker({ config, queues, store, health: null, clock, logger }), lines };
}

describe("a worker that has pairs judged", () => {
  test("does it once the pair is stored, with a log line and a role of its own for each call", async () => {
    const { worker, lines } = reviewingWorker({ input_cost_per_token: 0, output_cost_per_token: 0 });
    host = createHost(worker.services, { logger: silentLogger, clock, graceMs: 10_000 });
    await host.start();
    const job = jobNumber(1);
    await queues.producer("quiet").add([job]);
    const review = await pollUntil(() => store.review(job.pair_id), { what: "a review" });
    expect(review).toMatchObject({ pair_id: job.pair_id, experiment: "exp-1", not_judged: null });
    expect(await store.pair(job.pair_id)).toMatchObject({ outcome: "paired" });
    const calls = lines.filter(({ message }) => message === "judge call ok");
    expect(calls).toHaveLength(2);
    expect(calls[0]?.fields).toMatchObject({ role: "judge", pair_id: job.pair_id, is_silent_experiment: false });
    expect(JSON.stringify(lines)).not.toContain("better");
  });
});
