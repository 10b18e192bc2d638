import { keepLines } from "@understudy/runtime/fixture";
import { resolveConfig } from "@understudy/config";
import { type CallRecord } from "@understudy/contracts";
import { type CallRouter, createAxiosTransport, createCallRouter } from "@understudy/router";
import { systemClock as clock } from "@understudy/runtime";
import { createSimulator, type Simulator } from "@understudy/simulator";
import { pollUntil } from "@understudy/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { DropReason } from "../decision/decide.ts";
import { NO_DEADLINE, timed } from "../queue/delivery-recorder.fixture.ts";
import { createInProcessDispatcher, type InProcessOptions } from "./in-process-dispatcher.ts";
import type { MirrorJob } from "../job/mirror-job.ts";
import { jobNumber, jobNumbers } from "../job/mirror-job.fixture.ts";

let simulator: Simulator;
let router: CallRouter;

beforeAll(async () => {
  simulator = createSimulator({ speed: 0 });
  const { url } = await simulator.start();
  const quiet = { model: "openai/gpt-4o-mini", api_base: `${url}/v1`, api_key: "sk-test-1" };
  const config = resolveConfig({ model_list: [{ model_name: "quiet", litellm_params: quiet }] }, {});
  router = createCallRouter(config, {
    transport: createAxiosTransport({ connectTimeoutMs: 60_000, maxConnections: 100 }),
  });
});
afterEach(() => simulator.reset());
afterAll(async () => {
  await router.close();
  await simulator.stop();
});

function bench(of: Partial<InProcessOptions> = {}) {
  const pairs: { readonly job: MirrorJob; readonly silent: CallRecord }[] = [];
  const dropped: { readonly id: string; readonly reason: DropReason }[] = [];
  const { logger, lines } = keepLines();
  const dispatcher = createInProcessDispatcher({
    router,
    clock,
    logger,
    events: { dropped: (job, reason) => void dropped.push({ id: job.pair_id, reason }) },
    onPair: (job, silent) => void pairs.push({ job, silent }),
    concurrency: 4,
    maxBacklog: 100,
    timeoutMs: () => 10_000,
    ...of,
  });
  return { dispatcher, pairs, dropped, lines };
}

/** Silent calls get no answer until the test says so. */
function holdAnswers(): () => void {
  simulator.script("gpt-4o-mini", "hang");
  return () => simulator.script("gpt-4o-mini", null);
}

test("every job becomes a pair of a silent call", async () => {
  const { dispatcher, pairs, dropped } = bench();
  for (const job of jobNumbers(20)) dispatcher.dispatch(job);
  await dispatcher.flushed();
  expect(pairs.map(({ job }) => job.pair_id).toSorted()).toEqual(
    jobNumbers(20)
      .map((job) => job.pair_id)
      .toSorted(),
  );
  expect(pairs.every(({ silent }) => silent.status === "ok" && silent.role === "silent")).toBe(true);
  expect([dispatcher.held(), dropped.length]).toEqual([0, 0]);
});

test("no more calls are under way than the concurrency allows, and no more jobs wait than the backlog", async () => {
  holdAnswers();
  const { dispatcher, pairs, dropped } = bench({ concurrency: 2, maxBacklog: 3 });
  for (const job of jobNumbers(7)) dispatcher.dispatch(job);
  expect(dispatcher.held()).toBe(5);
  expect(dropped).toEqual([5, 6].map((number) => ({ id: jobNumber(number).pair_id, reason: "buffer_full" })));
  await pollUntil(() => simulator.inFlight() === 2);
  expect(simulator.requestCount()).toBe(2);
  await dispatcher.stop(AbortSignal.abort());
  expect([dispatcher.held(), pairs.length]).toEqual([0, 0]);
});

test("without a backlog a free place is still taken", async () => {
  const { dispatcher, pairs, dropped } = bench({ concurrency: 1, maxBacklog: 0 });
  dispatcher.dispatch(jobNumber(1));
  dispatcher.dispatch(jobNumber(2));
  await dispatcher.flushed();
  expect(pairs.map(({ job }) => job)).toEqual([jobNumber(1)]);
  expect(dropped).toEqual([{ id: jobNumber(2).pair_id, reason: "buffer_full" }]);
});

test("a silent call that fails is a pair as well", async () => {
  simulator.scriptOnce("gpt-4o-mini", ["fail-500"]);
  const { dispatcher, pairs } = bench();
  dispatcher.dispatch(jobNumber(1));
  await dispatcher.flushed();
  expect(pairs).toMatchObject([{ silent: { status: "error", error: { kind: "server_error" } } }]);
});

test("what the listener throws is logged, and the next job goes on", async () => {
  const { dispatcher, lines } = bench({
    concurrency: 1,
    onPair: (job) => {
      if (job.request_id === "req_1") throw new Error("the listener broke");
      return job.request_id === "req_2" ? Promise.reject(new Error("the listener broke later")) : undefined;
    },
  });
  for (const number of [1, 2, 3]) dispatcher.dispatch(jobNumber(number));
  await dispatcher.flushed();
  expect(lines.map(({ fields }) => [fields["pair_id"], fields["error"]])).toEqual([
    [jobNumber(1).pair_id, "Error: the listener broke"],
    [jobNumber(2).pair_id, "Error: the listener broke later"],
  ]);
});

test("a job that cannot be called is dropped, and says why", async () => {
  const { dispatcher, pairs, dropped } = bench();
  dispatcher.dispatch(jobNumber(1, { request: "no JSON" }));
  dispatcher.dispatch(jobNumber(2, { silent_model: "removed" }));
  await dispatcher.flushed();
  expect(pairs).toEqual([]);
  expect(dropped.map(({ reason }) => reason).toSorted()).toEqual(["bad_request_body", "unknown_silent_model"]);
});

describe("stopping", () => {
  test("lets the calls under way and the backlog end, and takes nothing more", async () => {
    const { dispatcher, pairs, dropped } = bench({ concurrency: 2 });
    for (const job of jobNumbers(8)) dispatcher.dispatch(job);
    const stopped = dispatcher.stop(NO_DEADLINE);
    dispatcher.dispatch(jobNumber(9));
    await stopped;
    expect([pairs.length, dispatcher.held()]).toEqual([8, 0]);
    expect(dropped).toEqual([{ id: jobNumber(9).pair_id, reason: "shutdown" }]);
  });

  test("gives up at the deadline what is under way and what waits, and counts all of it", async () => {
    holdAnswers();
    const { dispatcher, pairs, dropped } = bench({ concurrency: 2 });
    for (const job of jobNumbers(5)) dispatcher.dispatch(job);
    await simulator.firstRequest();
    const deadline = new AbortController();
    const stopped = dispatcher.stop(deadline.signal);
    deadline.abort();
    await stopped;
    expect(pairs).toEqual([]);
    expect(dropped.map(({ id }) => id).toSorted()).toEqual(
      jobNumbers(5)
        .map((job) => job.pair_id)
        .toSorted(),
    );
    expect(new Set(dropped.map(({ reason }) => reason))).toEqual(new Set(["shutdown"]));
    expect(dispatcher.held()).toBe(0);
  });

  test("does not wait for a listener that hangs", async () => {
    const { promise: heard, resolve } = Promise.withResolvers<void>();
    const { dispatcher } = bench({
      onPair: () => {
        resolve();
        return new Promise(() => undefined);
      },
    });
    dispatcher.dispatch(jobNumber(1));
    await heard;
    expect(await timed(() => dispatcher.stop(AbortSignal.abort()))).toBeLessThan(20_000);
  });

  test("is safe before anything was dispatched, and twice", async () => {
    const { dispatcher } = bench();
    await dispatcher.stop(NO_DEADLINE);
    await dispatcher.stop(AbortSignal.abort());
    expect(dispatcher.held()).toBe(0);
  });
});
