import { keepLines } from "@understudy/runtime/fixture";
import type { MirrorJob } from "@understudy/mirror";
import { type CallRouter, createAxiosTransport, createCallRouter } from "@understudy/router";
import { silentLogger, systemClock } from "@understudy/runtime";
import { createSimulator, type Simulator } from "@understudy/simulator";
import { createStore, openEmbedded, type Pair, type Store } from "@understudy/store";
import { createMetrics } from "@understudy/telemetry";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { NO_BUDGET } from "./spend/budget.ts";
import { createPairComparer } from "./compare/pair-comparer.ts";
import { createMirrorJobHandler, type HandlerDeps } from "./handle-mirror-job.ts";
import {
  jobNumber,
  journeyOf,
  noReview as admitReview,
  primaryRecord,
  QUESTION,
  QUIET_MODEL,
  savedBy,
  simulatedConfig,
} from "./job.fixture.ts";
import { createPauses } from "./pauses.ts";
import { createSavePair } from "./save-pair.ts";

let simulator: Simulator;
let url: string;
let store: Store;
let router: CallRouter;
let numbers = 0;
const comparer = createPairComparer({ clock: systemClock, logger: silentLogger });

beforeAll(async () => {
  simulator = createSimulator({ speed: 0 });
  ({ url } = await simulator.start());
  store = createStore(await openEmbedded("memory"), { clock: systemClock });
  await store.migrate();
  router = openRouter();
});
afterEach(() => simulator.reset());
afterAll(async () => {
  await router.close();
  await comparer.service.stop(new AbortController().signal);
  await store.close();
  await simulator.stop();
});

function openRouter(quiet: object = {}): CallRouter {
  const transport = createAxiosTransport({ connectTimeoutMs: 60_000, maxConnections: 10 });
  return createCallRouter(simulatedConfig(url, quiet), { transport });
}

/** A job that no other test has. */
function newJob(of: Partial<MirrorJob> = {}): MirrorJob {
  numbers += 1;
  return jobNumber(numbers, of);
}

const PACED = { silentModel: "quiet", alone: true, sharesAccount: true };
function bench(of: Partial<HandlerDeps> = {}) {
  const { logger, lines } = keepLines();
  const metrics = createMetrics({ service: "worker", defaultMetrics: false });
  const savePair = createSavePair({ store, metrics, logger, ...savedBy(url), sinks: null, admitReview });
  const handle = createMirrorJobHandler({
    router,
    clock: systemClock,
    random: () => 0.5,
    logger,
    timeoutMs: 10_000,
    lostAfterMs: 60_000,
    retries: 3,
    budget: NO_BUDGET,
    pauses: createPauses({ ...PACED, clock: systemClock, logger, metrics }),
    compare: comparer.compare,
    check: () => Promise.resolve(null),
    savePair,
    isDeleted: () => Promise.resolve(false),
    isSaved: async (pairId) => (await store.pairs.read(pairId)) !== null,
    ...of,
  });
  return { handle, savePair, lines, metrics };
}

async function storedPair(job: MirrorJob): Promise<Pair> {
  const pair = await store.pairs.read(job.pair_id);
  if (pair === null) throw new Error(`there is no pair ${job.pair_id}`);
  return pair;
}

/** Three texts of which the first two are the most alike, for the primary as for the simulator. */
const EMBEDDING: Partial<MirrorJob> = {
  request: JSON.stringify({
    model: "gpt-main",
    input: ["the cat sat on the mat", "the cat sat on a mat", "a mat for quarterly tax forms"],
    encoding_format: "base64",
    user: "u-1",
  }),
  primary: primaryRecord({
    operation: "embeddings",
    answer: {
      text: null,
      refusal: null,
      tool_calls: [],
      finish_reason: null,
      choices: 3,
      vectors: { count: 3, dimensions: 1_536, taken: 3, similarities: inBase64(30_000, 10_000, 12_000) },
    },
  }),
};

function inBase64(...cosines: readonly number[]): string {
  return Buffer.from(Int16Array.from(cosines).buffer).toString("base64");
}

const outcomesOf = (pair: Pair): readonly string[] => pair.silent?.attempts.map(({ outcome }) => outcome) ?? [];

describe("a silent call that is answered", () => {
  test("becomes a pair: both calls, the request, and their comparison", async () => {
    const job = newJob();
    const { handle, lines } = bench();
    expect(await journeyOf(job, handle).deliver()).toEqual({ kind: "done" });
    const pair = await storedPair(job);
    expect(pair).toMatchObject({ outcome: "paired", reason: null, experiment: "exp-1", request: QUESTION });
    expect(pair.primary).toEqual(job.primary);
    expect(pair.silent).toMatchObject({
      role: "silent",
      is_silent_experiment: true,
      status: "ok",
      model_group: "quiet",
    });
    expect(pair.silent?.answer?.text).not.toBe("");
    expect(pair.comparison).toMatchObject({ comparable: true });
    expect(lines).toMatchObject([{ level: "info", message: "silent call ok", fields: { pair_id: job.pair_id } }]);
  });

  test("in vectors becomes a pair with tokens and cost on both sides, and how alike they rank", async () => {
    const job = newJob(EMBEDDING);
    await journeyOf(job, bench().handle).deliver();
    const { silent, comparison } = await storedPair(job);
    expect(silent).toMatchObject({
      status: "ok",
      operation: "embeddings",
      answer: { vectors: { count: 3, taken: 3 } },
    });
    expect(silent?.changes.map(({ param }) => param)).toEqual(["user"]);
    expect(silent?.usage).toMatchObject({ output_tokens: 0 });
    expect(silent?.cost_usd).toBeGreaterThan(0);
    expect(comparison).toMatchObject({ comparable: true, inputs_ranked: 3, same_nearest: 1, rank_correlation: 1 });
  });

  test("of a group mirrored to itself is a control", async () => {
    const job = newJob({ primary_group: "quiet" });
    await journeyOf(job, bench().handle).deliver();
    expect((await storedPair(job)).silent).toMatchObject({ role: "control", is_silent_experiment: true });
  });

  test("has its wait on the queue apart from the model's latency", async () => {
    const job = newJob({ admitted_at: systemClock.now() - 50_000 });
    await journeyOf(job, bench().handle).deliver();
    const { timing } = (await storedPair(job)).silent ?? primaryRecord();
    expect(timing.queue_wait_ms).toBeGreaterThanOrEqual(50_000);
    expect(timing.queue_wait_ms).toBeLessThan(60_000);
    expect(timing.total_ms).toBeLessThan(10_000);
    expect(timing.model_ms).toBeLessThan(10_000);
  });

  test("tells the provider nothing of who asked", async () => {
    const request = {
      ...QUESTION,
      user: "caller-user",
      safety_identifier: "caller-safety",
      prompt_cache_key: "caller-cache",
      metadata: { tenant: "caller-tenant" },
    };
    const primary = primaryRecord({ request_id: "req_caller", client_request_id: "caller-request" });
    const job = newJob({ request: JSON.stringify(request), request_id: "req_caller", primary });
    const arriving = simulator.nextRequest();
    await journeyOf(job, bench().handle).deliver();
    const seen = await arriving;
    expect(JSON.stringify([seen.path, seen.headers, seen.body])).not.toMatch(/caller|pair_|exp-1/);
    expect(seen.body).toMatchObject({ model: QUIET_MODEL, messages: QUESTION.messages });
    expect((await storedPair(job)).silent?.changes.map(({ param }) => param)).toContain("metadata");
  });
});

describe("a silent call that fails in a way that may pass", () => {
  test("is tried again after a backoff that doubles, with all attempts remembered", async () => {
    simulator.scriptOnce(QUIET_MODEL, ["fail-500", "cut", "bad-json"]);
    const job = newJob();
    const { handle } = bench();
    const journey = journeyOf(job, handle);
    expect(await journey.deliver()).toEqual({ kind: "again", afterMs: 500 });
    expect(await journey.deliver()).toEqual({ kind: "again", afterMs: 1_000 });
    expect(await journey.deliver()).toEqual({ kind: "again", afterMs: 2_000 });
    expect(await store.pairs.read(job.pair_id)).toBeNull();
    expect(await journey.deliver()).toEqual({ kind: "done" });
    const pair = await storedPair(job);
    expect(outcomesOf(pair)).toEqual(["server_error", "connection", "server_error", "ok"]);
    expect(pair).toMatchObject({ outcome: "paired", silent: { status: "ok" } });
  });

  test("waits as long as the provider asks", async () => {
    simulator.scriptOnce(QUIET_MODEL, ["fail-429"]);
    const verdict = { kind: "again", afterMs: 1_000, restMs: 1_000 };
    expect(await journeyOf(newJob(), bench().handle).deliver()).toEqual(verdict);
  });

  test("has lost no try to a 429 that says how long to wait, within limits", async () => {
    simulator.scriptOnce(QUIET_MODEL, ["fail-429", "fail-429", "fail-500"]);
    const job = newJob();
    const journey = journeyOf(job, bench({ retries: 1 }).handle);
    expect(await journey.toItsEnd()).toEqual({ kind: "done" });
    expect(outcomesOf(await storedPair(job))).toEqual(["rate_limit", "rate_limit", "server_error", "ok"]);
    simulator.script(QUIET_MODEL, "fail-429");
    const endless = newJob();
    await journeyOf(endless, bench({ retries: 0 }).handle).toItsEnd();
    expect(await storedPair(endless)).toMatchObject({ outcome: "failed", reason: "rate_limit" });
    expect(outcomesOf(await storedPair(endless))).toHaveLength(50);
  });

  test("is a failed pair with every attempt once the retries are used up", async () => {
    simulator.script(QUIET_MODEL, "fail-503");
    const job = newJob();
    const journey = journeyOf(job, bench().handle);
    const end = await journey.toItsEnd();
    expect(journey.outcomes.map(({ kind }) => kind)).toEqual(["again", "again", "again", "failed"]);
    expect(end).toMatchObject({ message: expect.stringContaining("unavailable: ") as string });
    const pair = await storedPair(job);
    expect(pair).toMatchObject({ outcome: "failed", reason: "unavailable", silent: { status: "error", answer: null } });
    expect(outcomesOf(pair)).toEqual(["unavailable", "unavailable", "unavailable", "unavailable"]);
    expect(simulator.requestCount()).toBe(4);
  });

  test("is a failed pair at once when no retry was asked for", async () => {
    simulator.script(QUIET_MODEL, "fail-500");
    const job = newJob();
    expect((await journeyOf(job, bench({ retries: 0 }).handle).deliver()).kind).toBe("failed");
    expect(outcomesOf(await storedPair(job))).toEqual(["server_error"]);
  });

  test("is a failed pair, not an expired one, when the next try would come too late", async () => {
    simulator.script(QUIET_MODEL, "fail-429");
    const job = newJob({ expires_at: systemClock.now() + 900 });
    expect((await journeyOf(job, bench().handle).deliver()).kind).toBe("failed");
    expect(await storedPair(job)).toMatchObject({ outcome: "failed", reason: "rate_limit" });
  });

  test("keeps the wait that it had before its first try", async () => {
    simulator.scriptOnce(QUIET_MODEL, ["fail-500"]);
    let ahead = 0;
    const clock = { ...systemClock, now: () => systemClock.now() + ahead };
    const job = newJob();
    const journey = journeyOf(job, bench({ clock }).handle);
    await journey.deliver();
    ahead = 600_000;
    await journey.deliver();
    expect((await storedPair(job)).silent?.timing.queue_wait_ms).toBeLessThan(60_000);
  });

  test("that found every deployment busy has not used up a try", async () => {
    const busy = openRouter({ max_parallel_requests: 1 });
    simulator.script(QUIET_MODEL, "hang");
    const { handle } = bench({ router: busy, retries: 0 });
    const leaving = new AbortController();
    const first = journeyOf(newJob(), handle).deliver(leaving.signal);
    await simulator.firstRequest();
    const job = newJob();
    const second = journeyOf(job, handle);
    expect(await second.deliver()).toEqual({ kind: "again", afterMs: 1_000 });
    expect(second.memory()).toMatchObject({ tries: 0, attempts: [] });
    leaving.abort();
    await first;
    simulator.script(QUIET_MODEL, null);
    expect(await second.deliver()).toEqual({ kind: "done" });
    expect(outcomesOf(await storedPair(job))).toEqual(["ok"]);
    await busy.close();
  });
});

describe("a silent call that will never succeed", () => {
  test.each([
    ["fail-400", "bad_request"],
    ["fail-401", "authentication"],
    ["fail-404", "not_found"],
    ["fail-context", "context_window"],
    ["fail-content", "content_policy"],
  ])("%s is a failed pair at once", async (fault, reason) => {
    simulator.script(QUIET_MODEL, fault);
    const job = newJob();
    expect((await journeyOf(job, bench().handle).deliver()).kind).toBe("failed");
    const pair = await storedPair(job);
    expect(pair).toMatchObject({ outcome: "failed", reason, comparison: { comparable: false } });
    expect(simulator.requestCount()).toBe(1);
  });
});

describe("a job that is not called at all", () => {
  test("has expired", async () => {
    const job = newJob({ expires_at: systemClock.now() - 1 });
    const { handle, lines } = bench();
    expect(await journeyOf(job, handle).deliver()).toEqual({ kind: "done" });
    expect(await storedPair(job)).toMatchObject({ outcome: "expired", reason: "max_job_age", silent: null });
    expect(simulator.requestCount()).toBe(0);
    expect(lines).toMatchObject([{ level: "warn", message: "mirror expired" }]);
  });

  test("has found the budget reached, or waits for it with its whole queue", async () => {
    const answers = ["wait", "reached"] as const;
    let asked = 0;
    const job = newJob();
    const budget = { reserve: () => Promise.resolve(answers[asked++] ?? "reached") };
    const journey = journeyOf(job, bench({ budget }).handle);
    expect(await journey.deliver()).toEqual({ kind: "again", afterMs: 1_000, restMs: 1_000 });
    expect(await journey.deliver()).toEqual({ kind: "done" });
    expect(await storedPair(job)).toMatchObject({ outcome: "dropped", reason: "budget_reached", silent: null });
    expect(simulator.requestCount()).toBe(0);
  });

  test.each([
    ["unknown_silent_model", { silent_model: "removed" }],
    ["bad_request_body", { request: "no JSON" }],
  ])("has no one to call: %s", async (reason, of) => {
    const job = newJob(of);
    expect(await journeyOf(job, bench().handle).deliver()).toEqual({ kind: "done" });
    expect(await storedPair(job)).toMatchObject({ outcome: "dropped", reason, silent: null });
    expect(simulator.requestCount()).toBe(0);
  });
});

describe("a pair that cannot be stored", () => {
  test("now nor ever is dropped, with the reason, in the one delivery", async () => {
    const deep = JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`) as never;
    const job = newJob({ primary: { ...primaryRecord(), usage: deep } });
    const { handle, lines } = bench();
    expect(await journeyOf(job, handle).deliver()).toEqual({ kind: "done" });
    const { outcome, reason, silent, primary } = await storedPair(job);
    expect({ outcome, reason, silent }).toEqual({ outcome: "dropped", reason: "unstorable", silent: null });
    expect(primary).toMatchObject({ status: "ok", model_group: job.primary.model_group, usage: null });
    expect(lines.map(({ message }) => message)).toContain("a pair can never be stored, and is dropped");
  });

  test("is waited for until its mirror would count as lost, and then kept among the failed ones", async () => {
    const savePair = (): Promise<never> => Promise.reject(new Error("connect ECONNREFUSED"));
    const now = systemClock.now();
    const waits = newJob({ expires_at: now - 59_000 });
    expect(await journeyOf(waits, bench({ savePair }).handle).deliver()).toEqual({ kind: "again", afterMs: 5_000 });
    const over = newJob({ expires_at: now - 61_000 });
    expect(await journeyOf(over, bench({ savePair }).handle).deliver()).toMatchObject({
      kind: "failed",
      code: "not_stored",
    });
  });

  test("because its id is another's is given up at once", async () => {
    const first = newJob();
    await journeyOf(first, bench().handle).deliver();
    const clash = newJob({ pair_id: first.pair_id });
    const verdict = await journeyOf(clash, bench().handle).deliver();
    expect(verdict).toMatchObject({ kind: "failed", code: "not_stored" });
  });

  test("waits with its job, and no second silent call is made for it", async () => {
    const { savePair } = bench();
    let down = true;
    const job = newJob();
    const { handle, lines } = bench({
      savePair: (pair, of) => (down ? Promise.reject(new Error("connect ECONNREFUSED")) : savePair(pair, of)),
    });
    const journey = journeyOf(job, handle);
    expect(await journey.deliver()).toEqual({ kind: "again", afterMs: 5_000 });
    expect(await journey.deliver()).toEqual({ kind: "again", afterMs: 5_000 });
    expect(lines.map(({ level }) => level)).toEqual(["warn", "warn"]);
    down = false;
    expect(await journey.deliver()).toEqual({ kind: "done" });
    expect(await storedPair(job)).toMatchObject({ outcome: "paired", silent: { status: "ok" } });
    expect(simulator.requestCount()).toBe(1);
  });

  test("and of which only figures are kept leaves neither texts nor the nearness of vectors on the queue", async () => {
    const { handle } = bench({ savePair: () => Promise.reject(new Error("away")) });
    for (const of of [{}, EMBEDDING]) {
      const journey = journeyOf(newJob({ ...of, payloads: "metrics_only" }), handle);
      expect(await journey.deliver()).toEqual({ kind: "again", afterMs: 5_000 });
      const { pair } = journey.memory() as { pair: Pair };
      expect(pair).toMatchObject({ request: null, outcome: "paired" });
      for (const call of [pair.primary, pair.silent]) {
        expect(call?.answer).toMatchObject({ text: null, tool_calls: [] });
        expect(call?.answer).not.toHaveProperty("vectors");
      }
    }
  });

  test("of a failed call is still told as failed in the end", async () => {
    simulator.script(QUIET_MODEL, "fail-400");
    const { savePair } = bench();
    let down = true;
    const { handle } = bench({
      savePair: (pair, of) => (down ? Promise.reject(new Error("away")) : savePair(pair, of)),
    });
    const journey = journeyOf(newJob(), handle);
    await journey.deliver();
    down = false;
    expect((await journey.deliver()).kind).toBe("failed");
    expect(simulator.requestCount()).toBe(1);
  });
});

describe("a job that is delivered again", () => {
  test("though it was done leaves one row and one line", async () => {
    const job = newJob();
    const { handle, lines } = bench();
    await journeyOf(job, handle).deliver();
    const first = await storedPair(job);
    expect(await journeyOf(job, handle).deliver()).toEqual({ kind: "done" });
    expect(await storedPair(job)).toEqual(first);
    expect(lines).toHaveLength(1);
  });

  test("with a memory that cannot be read begins anew", async () => {
    const job = newJob();
    const { handle } = bench();
    const verdict = await handle({
      job,
      memory: { tries: "many" },
      remember: () => Promise.resolve(),
      signal: new AbortController().signal,
    });
    expect(verdict).toEqual({ kind: "done" });
  });
});

describe("a replay", () => {
  const replayed = (): MirrorJob => newJob({ replay: true, experiment: "gpt-main~quiet~replay" });

  test("is called and stored as any mirror, in an experiment marked as replay", async () => {
    const job = replayed();
    expect(await journeyOf(job, bench().handle).deliver()).toEqual({ kind: "done" });
    expect((await storedPair(job)).outcome).toBe("paired");
    expect(await store.experiments.read(job.experiment)).toMatchObject({
      replay: true,
      primary: "gpt-main",
      silent: "quiet",
    });
  });

  test("that is put on the queue once more is not paid for once more", async () => {
    const job = replayed();
    await journeyOf(job, bench().handle).deliver();
    const calls = simulator.requests().length;
    expect(await journeyOf(job, bench().handle).deliver()).toEqual({ kind: "done" });
    expect(simulator.requests().length).toBe(calls);
  });
});

describe("when jobs must be given back", () => {
  test("a call under way is ended at the provider, and its job goes back as it came", async () => {
    simulator.script(QUIET_MODEL, "hang");
    const job = newJob();
    const journey = journeyOf(job, bench().handle);
    const leaving = new AbortController();
    const delivered = journey.deliver(leaving.signal);
    await simulator.firstRequest();
    leaving.abort();
    expect(await delivered).toEqual({ kind: "again", afterMs: 0 });
    expect(journey.memory()).toBeNull();
    expect((await simulator.firstEnd()).end).toBe("aborted");
    expect(await store.pairs.read(job.pair_id)).toBeNull();
  });

  test("an answer that has come all the same is kept", async () => {
    const leaving = new AbortController();
    const late: CallRouter = {
      ...router,
      async call(request) {
        const call = await router.call(request);
        return {
          ...call,
          record() {
            leaving.abort();
            return call.record();
          },
        };
      },
    };
    const job = newJob();
    expect(await journeyOf(job, bench({ router: late }).handle).deliver(leaving.signal)).toEqual({ kind: "done" });
    expect(await storedPair(job)).toMatchObject({ outcome: "paired" });
  });
});

test("a pair that cannot be compared is stored without a comparison, and says so", async () => {
  const broken = { ...primaryRecord(), answer: { text: "no more fields" } } as unknown as MirrorJob["primary"];
  const job = newJob({ primary: broken, experiment: "exp-not-compared" });
  expect(await journeyOf(job, bench().handle).deliver()).toEqual({ kind: "done" });
  expect(await storedPair(job)).toMatchObject({ outcome: "paired", reason: "too_expensive", comparison: null });
  expect(await store.experiments.evidence("exp-not-compared")).toMatchObject({
    pairs: 1,
    comparable: 0,
    not_comparable: { too_expensive: 1 },
  });
});
