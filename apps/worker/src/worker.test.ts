import { stillControl } from "@understudy/control/fixture";
import { keepLines } from "@understudy/runtime/fixture";
import { createPostgresQueues, type Queues } from "@understudy/mirror";
import { createHost, type Host, silentLogger, systemClock as clock, VERSION } from "@understudy/runtime";
import { createSimulator, type Simulator } from "@understudy/simulator";
import { createStore, type Database, openEmbedded, type Store } from "@understudy/store";
import { pollUntil } from "@understudy/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { jobNumber, QUIET_MODEL, simulatedConfig } from "./job.fixture.ts";
import { createWorker, type MirrorWorker } from "./worker.ts";

let simulator: Simulator;
let url: string;
let database: Database;
let store: Store;
let queues: Queues;
let hosts: Host[] = [];
let experiments = 0;
let jobs = 0;

beforeAll(async () => {
  simulator = createSimulator({ speed: 0 });
  ({ url } = await simulator.start());
  database = await openEmbedded("memory");
  store = createStore(database, { clock });
  await store.migrate();
  queues = createPostgresQueues({ pool: database.queuePool, clock, logger: silentLogger });
  await pollUntil(() => queues.ping().then(() => true));
});
beforeEach(() => {
  // Each test has an experiment of its own.
  experiments += 1;
});
afterEach(async () => {
  for (const host of hosts) await host.stop();
  hosts = [];
  simulator.reset();
});
afterAll(async () => {
  await queues.close();
  await store.close();
  await simulator.stop();
});

/** Starts a worker as its process does. */
async function startWorker(graceMs = 10_000, quiet: object = {}): Promise<{ worker: MirrorWorker; host: Host }> {
  const config = simulatedConfig(url, quiet, { mirror_settings: { concurrency: 8 } });
  const health = { host: "127.0.0.1", port: 0 };
  const worker = createWorker({ config, queues, store, control: stillControl(), health, clock, logger: silentLogger });
  const host = createHost(worker.services, { logger: silentLogger, clock, graceMs });
  hosts.push(host);
  await host.start();
  return { worker, host };
}

const experiment = (): string => `exp-${experiments}`;

async function admit(count: number): Promise<void> {
  const admitted = Array.from({ length: count }, () => jobNumber((jobs += 1), { experiment: experiment() }));
  const key = { id: experiment(), primary: "gpt-main", silent: "quiet" };
  const counts = [{ experiment: experiment(), kind: "admitted", reason: "", count }] as const;
  await store.ledger.write({ id: experiment(), counts, admissions: admitted, withdrawn: [] }, [key]);
  await queues.producer("quiet").add(admitted);
}

const countsOf = async () => (await store.experiments.read(experiment()))?.counts;
const settled = () => pollUntil(countsOf, { until: (counts) => counts?.pending === 0, what: "an end of all mirrors" });

test("50 jobs become 50 pairs, and the account is closed", async () => {
  await admit(50);
  await startWorker();
  expect(await settled()).toMatchObject({ admitted: 50, paired: 50, failed: 0, expired: 0, dropped: {}, pending: 0 });
  expect(simulator.requestCount()).toBe(50);
  const { data } = await store.pairs.list({ experiment: experiment(), limit: 100 });
  expect(new Set(data.map(({ request_id }) => request_id)).size).toBe(50);
  await pollUntil(() => queues.producer("quiet").depth(), { until: ({ active, waiting }) => active + waiting === 0 });
});

test("every mirror has its outcome, also where the silent model fails", async () => {
  simulator.script(QUIET_MODEL, "fail-400");
  await admit(5);
  await startWorker();
  expect(await settled()).toMatchObject({ admitted: 5, paired: 0, failed: 5, pending: 0 });
  await pollUntil(() => queues.producer("quiet").depth(), { until: ({ failed }) => failed === 5 });
});

describe("stopping", () => {
  test("lets a call under way end", async () => {
    simulator.script(QUIET_MODEL, "slow-300");
    await admit(3);
    const { host } = await startWorker();
    await simulator.firstRequest();
    await host.stop();
    const { waiting, active, delayed } = await queues.producer("quiet").depth();
    expect([active, delayed]).toEqual([0, 0]);
    expect(await countsOf()).toMatchObject({ paired: 3 - waiting, pending: waiting });
  });

  test("gives the jobs of calls that do not end back, and the next worker completes them", async () => {
    simulator.script(QUIET_MODEL, "hang");
    await admit(4);
    const { host } = await startWorker(50);
    await pollUntil(() => simulator.inFlight() === 4);
    await host.stop();
    await pollUntil(() => simulator.inFlight() === 0, { what: "an end of the calls at the provider" });
    expect(await countsOf()).toMatchObject({ paired: 0, failed: 0, pending: 4 });
    simulator.script(QUIET_MODEL, null);
    await startWorker();
    expect(await settled()).toMatchObject({ admitted: 4, paired: 4, failed: 0, pending: 0 });
  });
});

describe("health and metrics", () => {
  test("are served on the port given, and say what the worker does", async () => {
    await admit(2);
    const { worker } = await startWorker();
    await settled();
    const address = worker.healthUrl() ?? "";
    const readiness = await fetch(`${address}/health/readiness`);
    expect([readiness.status, await readiness.json()]).toEqual([
      200,
      { status: "ready", version: VERSION, parts: { queue: { ready: true }, database: { ready: true } } },
    ]);
    const metrics = await (await fetch(`${address}/metrics`)).text();
    expect(metrics).toContain(`understudy_pairs_total{experiment="${experiment()}",outcome="paired"} 2`);
    expect(metrics).toContain('understudy_queue_depth{silent_model="quiet",state="waiting"} 0');
  });

  test("are not served when nobody asked for them", () => {
    const config = simulatedConfig(url);
    const worker = createWorker({
      config,
      queues,
      store,
      control: stillControl(),
      health: null,
      clock,
      logger: keepLines().logger,
    });
    expect(worker.healthUrl()).toBeNull();
    expect(worker.services.map(({ name }) => name)).toEqual([
      "router",
      "comparisons",
      "course of criteria",
      "checks",
      "deletion sweep",
      "retention sweep",
      "evidence",
      "reconciler",
      "consumers",
    ]);
  });
});
