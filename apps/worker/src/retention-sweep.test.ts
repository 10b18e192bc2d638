import { keepLines } from "@understudy/runtime/fixture";
import { type Clock, systemClock } from "@understudy/runtime";
import { createStore, openEmbedded, type Pair, type Store } from "@understudy/store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { primaryRecord, QUESTION } from "./job.fixture.ts";
import { createRetentionSweep } from "./retention-sweep.ts";

const NO_DEADLINE = new AbortController().signal;
const DAY_MS = 86_400_000;

let store: Store;

beforeAll(async () => {
  store = createStore(await openEmbedded("memory"), { clock: systemClock });
  await store.migrate();
});
afterAll(() => store.close());

/** A clock whose minutes are over when the test says so. */
function minutes(now: () => number = () => systemClock.now()) {
  let tick: (() => void) | null = null;
  const clock: Clock = {
    ...systemClock,
    now,
    every(ms, run) {
      expect(ms).toBe(60_000);
      tick = run;
      return () => (tick = null);
    },
  };
  return { clock, passes: () => tick?.() };
}

const queues = { forgetExpired: () => Promise.resolve(0) };

test("deletes texts once their retention is over, and keeps the figures", async () => {
  const pair: Pair = {
    id: "pair_1",
    experiment: "exp-1",
    request_id: "req_1",
    silent_model: "quiet",
    outcome: "paired",
    reason: null,
    created_at: systemClock.now(),
    primary: primaryRecord(),
    silent: primaryRecord({ role: "silent" }),
    request: QUESTION,
    comparison: null,
  };
  const key = { id: "exp-1", primary: "gpt-main", silent: "quiet" };
  await store.pairs.save(pair, key, { payloads: "full", retentionMs: DAY_MS });
  let ahead = 0;
  const { clock, passes } = minutes(() => systemClock.now() + ahead);
  const { logger, lines } = keepLines();
  const sweep = createRetentionSweep({ store, queues, silentModels: () => ["quiet"], clock, logger });
  await sweep.start();
  passes();
  await sweep.stop(NO_DEADLINE);
  expect((await store.pairs.read("pair_1"))?.request).toEqual(QUESTION);

  ahead = DAY_MS + 1;
  await sweep.start();
  passes();
  await sweep.stop(NO_DEADLINE);
  expect(await store.pairs.read("pair_1")).toMatchObject({ request: null, primary: { usage: { input_tokens: 10 } } });
  expect(lines).toMatchObject([{ level: "info", fields: { pairs: 1 } }]);
});

test("goes on after a failure, and begins no second sweep while one is under way", async () => {
  let sweeps = 0;
  const gate = Promise.withResolvers<number>();
  const slow: Store = {
    ...store,
    pairs: {
      ...store.pairs,
      deleteExpiredTexts() {
        sweeps += 1;
        return gate.promise;
      },
    },
  };
  const { clock, passes } = minutes();
  const { logger, lines } = keepLines();
  const sweep = createRetentionSweep({ store: slow, queues, silentModels: () => [], clock, logger });
  await sweep.start();
  passes();
  passes();
  expect(sweeps).toBe(1);
  gate.reject(new Error("connect ECONNREFUSED"));
  await sweep.stop(NO_DEADLINE);
  expect(lines).toMatchObject([{ level: "warn" }]);
  await sweep.start();
  passes();
  await sweep.stop(NO_DEADLINE);
  expect(sweeps).toBe(2);
});

test("stops before it was started, and stays stopped", async () => {
  const { clock, passes } = minutes();
  let sweeps = 0;
  const counted: Store = {
    ...store,
    pairs: { ...store.pairs, deleteExpiredTexts: () => Promise.resolve((sweeps += 1)) },
  };
  const sweep = createRetentionSweep({
    store: counted,
    queues,
    silentModels: () => [],
    clock,
    logger: keepLines().logger,
  });
  await sweep.stop(NO_DEADLINE);
  await sweep.start();
  await sweep.stop(NO_DEADLINE);
  passes();
  expect(sweeps).toBe(0);
});
