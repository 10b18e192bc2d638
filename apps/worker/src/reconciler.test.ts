import { keepLines } from "@understudy/runtime/fixture";
import { createPostgresQueues, type Queues } from "@understudy/mirror";
import { silentLogger, systemClock } from "@understudy/runtime";
import { createStore, type Database, openEmbedded, type Store } from "@understudy/store";
import { pollUntil } from "@understudy/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { jobNumber } from "./job.fixture.ts";
import { createReconciler } from "./reconciler.ts";

const experiment = { id: "exp-1", primary: "gpt-main", silent: "quiet" };
const HOUR_MS = 3_600_000;

let database: Database;
let store: Store;
let queues: Queues;
let now = 10_000;
const clock = { ...systemClock, now: () => now };

beforeAll(async () => {
  database = await openEmbedded("memory");
  store = createStore(database, { clock });
  await store.migrate();
  queues = createPostgresQueues({ pool: database.queuePool, clock: systemClock, logger: silentLogger });
  await pollUntil(() => queues.ping().then(() => true));
});
afterAll(async () => {
  await queues.close();
  await store.close();
});

/** Lets the reconciler's time come once, and waits for its end. */
async function reconcileOnce(logger = silentLogger): Promise<void> {
  let tick: () => void = () => undefined;
  const every = (_ms: number, run: () => void) => {
    tick = run;
    return () => undefined;
  };
  const service = createReconciler({ store, queues, lostAfterMs: 60_000, clock: { ...clock, every }, logger });
  await service.start();
  tick();
  await service.stop(new AbortController().signal);
}

test("what is past its time and on no queue is lost, and the log names it; what waits is pending", async () => {
  const jobs = [1, 2, 3].map((number) => jobNumber(number, { experiment: "exp-1", silent_model: "quiet" }));
  const [gone] = jobs;
  await queues.producer("quiet").add(jobs.slice(1));
  await store.ledger.write({ id: "led_1", counts: [], admissions: jobs, withdrawn: [] }, [experiment]);
  const counts = async () => (await store.experiments.read("exp-1"))?.counts;

  now = (gone?.expires_at ?? 0) + 59_000;
  await reconcileOnce();
  expect(await counts()).toMatchObject({ admitted: 3, lost: 0, pending: 3 });

  now += 2_000 + HOUR_MS;
  const { logger, lines } = keepLines();
  await reconcileOnce(logger);
  expect(await counts()).toMatchObject({ admitted: 3, lost: 1, pending: 2 });
  await reconcileOnce(logger);
  expect(lines.filter((line) => JSON.stringify(line).includes("mirrors were lost"))).toHaveLength(1);
  expect(JSON.stringify(lines)).toContain(gone?.pair_id);
});
