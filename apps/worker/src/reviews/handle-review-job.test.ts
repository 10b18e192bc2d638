import { keepLines } from "@understudy/runtime/fixture";
import { type Config, resolveConfig } from "@understudy/config";
import type { ReviewJob } from "@understudy/mirror";
import { createCostEstimate, createJsonFormatOf } from "@understudy/providers";
import { type CallRouter, createAxiosTransport, createCallRouter } from "@understudy/router";
import { type Clock, systemClock } from "@understudy/runtime";
import { createSimulator, type Simulator } from "@understudy/simulator";
import { createStore, type Database, openEmbedded, type Store } from "@understudy/store";
import { startPlaceServer } from "@understudy/telemetry/fixture";
import type { ServerResponse } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { utcDay } from "../spend/budget.ts";
import { journeyOf } from "../job.fixture.ts";
import { createReviewHandler, type ReviewDeps } from "./handle-review-job.ts";
import { createVerdictFormat } from "./verdict-format.ts";

let simulator: Simulator;
let database: Database;
let store: Store;
let url: string;
let number = 0;
const routers: CallRouter[] = [];

beforeAll(async () => {
  simulator = createSimulator({ speed: 0 });
  ({ url } = await simulator.start());
  database = await openEmbedded("memory");
  store = createStore(database, { clock: systemClock });
  await store.migrate();
});
afterEach(async () => {
  simulator.reset();
  await database.pool.query("DELETE FROM understudy.spend");
});
afterAll(async () => {
  await Promise.all(routers.map((router) => router.close()));
  await store.close();
  await simulator.stop();
});

/** A judge that calls everything a tie, and takes no `response_format`. */
function judgeWithoutForms(body: Buffer, response: ServerResponse, message: string): void {
  response.setHeader("content-type", "application/json");
  if (body.includes("response_format")) {
    return void response.writeHead(400).end(JSON.stringify({ error: { message, param: "response_format" } }));
  }
  const choices = [{ index: 0, message: { role: "assistant", content: "Tie" }, finish_reason: "stop" }];
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  response.end(JSON.stringify({ id: "1", object: "chat.completion", created: 1, model: "judge-1", choices, usage }));
}

function configOf(price: object): Config {
  const at = { api_base: `${url}/v1`, api_key: "sk-test-1" };
  const entry = (model_name: string, model: string, params = {}) => ({
    model_name,
    litellm_params: { model: `openai/${model}`, ...at, ...params },
  });
  const model_list = [entry("judge", "sim-judge", price), entry("embed", "sim-embedding", price)];
  return resolveConfig({ model_list, router_settings: { disable_cooldowns: true } }, {});
}

const PRICE = { input_cost_per_token: 0.00001, output_cost_per_token: 0.00001 };

function bench(of: Partial<ReviewDeps> = {}, price: object = PRICE) {
  const transport = createAxiosTransport({ connectTimeoutMs: 60_000, maxConnections: 10 });
  const config = configOf(price);
  const router = createCallRouter(config, { transport });
  routers.push(router);
  const reviewed: string[] = [];
  const { logger, lines } = keepLines();
  const handle = createReviewHandler({
    router,
    store,
    estimate: createCostEstimate(config),
    format: createVerdictFormat(createJsonFormatOf(config)),
    clock: systemClock,
    logger,
    random: () => 0.5,
    onCall: () => undefined,
    onReview: ({ pair_id }) => void reviewed.push(pair_id),
    ...of,
  });
  return { handle, reviewed, lines };
}

/** A judge that calls everything a tie, and passes by a rubric whatever says Paris. */
function grader(body: Buffer, response: ServerResponse): void {
  const { messages } = JSON.parse(body.toString()) as { readonly messages: readonly { readonly content: string }[] };
  const grades = messages[0]?.content.startsWith("You grade one answer") ?? false;
  const pass = messages[1]?.content.split("<<answer ")[1]?.includes("Paris") ?? false;
  const content = grades ? JSON.stringify({ reason: "", score: Number(pass), pass }) : '{"better":"tie"}';
  const choices = [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }];
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ id: "1", object: "chat.completion", created: 1, model: "judge-1", choices, usage }));
}

/** A job that no other test has: the silent answer is the longer one, which the simulated judge prefers. */
function newJob(of: Partial<ReviewJob> = {}): ReviewJob {
  number += 1;
  const now = systemClock.now();
  return {
    version: 1,
    pair_id: `pair_${number}`,
    request_id: `req_${number}`,
    experiment: "exp-1",
    judge: { model: "judge", daily_budget_usd: 1 },
    not_judged: null,
    embedding_model: "embed",
    conversation: "user: What is the capital of France?",
    primary: "The capital of France is Lyon.",
    silent: "The capital of France is Paris.",
    admitted_at: now,
    expires_at: now + 3_600_000,
    ...of,
  };
}

const callsOf = (model: string): number => simulator.requests().filter((request) => request.model === model).length;

async function spentToday(): Promise<number> {
  const { spentUsd, reservedUsd } = await store.spend.read("judge", utcDay(systemClock.now()));
  return spentUsd + reservedUsd;
}

/** Money of a day that other pairs have cost. */
async function spent(day: string, usd: number) {
  const reservation = { account: "judge", day, usd };
  await store.spend.reserve(reservation, usd);
  return reservation;
}

describe("a review", () => {
  test("asks for both orders and the similarity, and costs what it is said to cost", async () => {
    const { handle, reviewed } = bench();
    const job = newJob();
    expect(await journeyOf(job, handle).toItsEnd()).toEqual({ kind: "done" });
    const review = await store.reviews.read(job.pair_id);
    expect(review).toMatchObject({
      judgement: "prefer_silent",
      not_judged: null,
      choices: { primary_first: "B", silent_first: "A" },
      judge: "sim-judge-1",
      similarity_failed: false,
    });
    expect(review?.similarity).toBeGreaterThan(0.3);
    expect(review?.judge_cost_usd).toBeGreaterThan(0);
    expect(await spentToday()).toBeCloseTo(review?.judge_cost_usd ?? 0, 9);
    expect([callsOf("sim-judge"), callsOf("sim-embedding"), reviewed]).toEqual([2, 1, [job.pair_id]]);
  });

  test("that is delivered again costs nothing", async () => {
    const { handle } = bench();
    const job = newJob();
    await journeyOf(job, handle).toItsEnd();
    const calls = simulator.requestCount();
    expect(await journeyOf(job, handle).toItsEnd()).toEqual({ kind: "done" });
    expect(simulator.requestCount()).toBe(calls);
  });

  test("of identical answers asks nobody", async () => {
    const { handle } = bench();
    const job = newJob({ judge: null, not_judged: "identical", silent: "The capital of France is Lyon." });
    await journeyOf(job, handle).toItsEnd();
    expect(await store.reviews.read(job.pair_id)).toMatchObject({
      not_judged: "identical",
      similarity: 1,
      judgement: null,
    });
    expect(simulator.requestCount()).toBe(0);
  });

  test("past its time asks nobody, and keeps what it has", async () => {
    const { handle } = bench();
    const job = newJob({ expires_at: 0 });
    await journeyOf(job, handle).toItsEnd();
    expect(await store.reviews.read(job.pair_id)).toMatchObject({ not_judged: "expired", similarity_failed: true });
    expect(simulator.requestCount()).toBe(0);
  });
});

describe("the form of the reply", () => {
  test("is sent as a schema to a judge that takes one", async () => {
    const { handle } = bench();
    await journeyOf(newJob({ embedding_model: null }), handle).toItsEnd();
    const [first] = simulator.requests();
    expect(first?.body).toMatchObject({
      response_format: { type: "json_schema", json_schema: { name: "verdict", strict: true } },
    });
  });

  test("is left out once a judge has refused it, and no review is lost", async () => {
    const message = "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.";
    const refusals = await startPlaceServer({
      answer: ({ body }, response) => judgeWithoutForms(body, response, message),
    });
    const { handle } = bench({}, { ...PRICE, api_base: `${refusals.url}/v1` });
    const [one, two] = [newJob({ embedding_model: null }), newJob({ embedding_model: null })];
    for (const job of [one, two]) {
      await journeyOf(job, handle).toItsEnd();
      expect(await store.reviews.read(job.pair_id)).toMatchObject({ judgement: "tie", not_judged: null });
    }
    const forms = refusals.requests.map(({ body }) => body.includes("response_format"));
    expect(forms).toEqual([true, false, false, false, false]);
    await refusals.close();
  });
});

test("a rubric of one's own stands in the prompt", async () => {
  const { handle } = bench();
  const judge = { model: "judge", daily_budget_usd: 1, rubric: "A wrong price is worst." };
  await journeyOf(newJob({ judge, embedding_model: null }), handle).toItsEnd();
  const prompts = simulator.requests().map(({ body }) => JSON.stringify(body));
  expect(prompts.map((prompt) => prompt.includes(judge.rubric))).toEqual([true, true]);
});

describe("rubrics by which each answer is graded", () => {
  const rubrics = {
    set: "set",
    each: [
      { name: "right", text: "names Paris", not: false, threshold: null },
      { name: "wrong", text: "names Paris", not: true, threshold: null },
    ],
  };

  test("are asked about one answer at a time, paid from the judge's budget, and stored with the review", async () => {
    const server = await startPlaceServer({ answer: ({ body }, response) => grader(body, response) });
    const { handle } = bench({}, { ...PRICE, api_base: `${server.url}/v1` });
    const job = newJob({ embedding_model: null, rubrics });
    await journeyOf(job, handle).toItsEnd();
    const stored = await store.reviews.read(job.pair_id);
    expect(stored).toMatchObject({
      judgement: "tie",
      rubrics: {
        set: "set",
        results: [
          { name: "right", type: "llm-rubric", primary: "fail", silent: "pass" },
          { name: "wrong", type: "not-llm-rubric", primary: "pass", silent: "fail" },
        ],
      },
    });
    // Two orders, and two rubrics for each of two answers.
    expect(server.requests).toHaveLength(6);
    expect(stored?.judge_cost_usd).toBeCloseTo(6 * 2 * PRICE.input_cost_per_token, 9);
    expect(await spentToday()).toBeCloseTo(6 * 2 * PRICE.input_cost_per_token, 9);
    await server.close();
  });

  test("are left out where their money is gone, and count as not run where the judge cannot be read", async () => {
    const { handle } = bench();
    const unread = newJob({ embedding_model: null, rubrics });
    await journeyOf(unread, handle).toItsEnd();
    const { rubrics: graded } = (await store.reviews.read(unread.pair_id)) ?? {};
    expect(graded?.results.map(({ primary, silent }) => [primary, silent])).toEqual([
      ["not_run", "not_run"],
      ["not_run", "not_run"],
    ]);
    const poor = newJob({ embedding_model: null, rubrics, judge: { model: "judge", daily_budget_usd: 0 } });
    await journeyOf(poor, handle).toItsEnd();
    expect(await store.reviews.read(poor.pair_id)).toMatchObject({ not_judged: "over_budget" });
    expect((await store.reviews.read(poor.pair_id))?.rubrics).toBeUndefined();
  });
});

describe("a judge or embedding model that fails", () => {
  test("for a while is asked again, for what is wanting alone", async () => {
    simulator.scriptOnce("sim-judge", [null, "fail-500", "fail-500"]);
    simulator.scriptOnce("sim-embedding", ["fail-503"]);
    const { handle } = bench();
    const job = newJob();
    const journey = journeyOf(job, handle);
    expect(await journey.toItsEnd()).toEqual({ kind: "done" });
    expect(journey.outcomes.map(({ kind }) => kind)).toEqual(["again", "again", "done"]);
    expect(await store.reviews.read(job.pair_id)).toMatchObject({
      judgement: "prefer_silent",
      similarity_failed: false,
    });
    // Three good answers, three failures.
    expect([callsOf("sim-judge"), callsOf("sim-embedding")]).toEqual([4, 2]);
    expect(await spentToday()).toBeCloseTo((await store.reviews.read(job.pair_id))?.judge_cost_usd ?? 0, 9);
  });

  test("for good ends the review after five tries, and gives the money back", async () => {
    simulator.script("sim-judge", "fail-500");
    const { handle } = bench();
    const job = newJob({ embedding_model: null });
    const journey = journeyOf(job, handle);
    await journey.toItsEnd();
    expect(await store.reviews.read(job.pair_id)).toMatchObject({
      not_judged: "judge_failed",
      similarity_failed: false,
    });
    expect([callsOf("sim-judge"), await spentToday()]).toEqual([5, 0]);
  });

  test("with a refusal is not asked again, and the other one's answer is kept", async () => {
    simulator.script("sim-judge", "fail-401");
    const { handle } = bench();
    const job = newJob();
    await journeyOf(job, handle).toItsEnd();
    const review = await store.reviews.read(job.pair_id);
    expect(review).toMatchObject({ not_judged: "judge_failed", similarity_failed: false });
    expect(review?.similarity).not.toBeNull();
    expect(callsOf("sim-judge")).toBe(1);
  });

  test("that is no model group any more ends the review", async () => {
    const { handle } = bench();
    const job = newJob({ judge: null, embedding_model: "gone" });
    await journeyOf(job, handle).toItsEnd();
    expect(await store.reviews.read(job.pair_id)).toMatchObject({ similarity: null, similarity_failed: true });
  });
});

describe("the budget", () => {
  test("is asked before the judge, and a judge without a price is never asked", async () => {
    const unpriced = newJob();
    await journeyOf(unpriced, bench({}, {}).handle).toItsEnd();
    expect(await store.reviews.read(unpriced.pair_id)).toMatchObject({
      not_judged: "price_unknown",
      similarity_failed: false,
    });
    const poor = newJob({ judge: { model: "judge", daily_budget_usd: 0 } });
    await journeyOf(poor, bench().handle).toItsEnd();
    expect(await store.reviews.read(poor.pair_id)).toMatchObject({
      not_judged: "over_budget",
      similarity_failed: false,
    });
    expect(callsOf("sim-judge")).toBe(0);
  });

  test("that calls under way have set aside is waited for", async () => {
    const { handle } = bench();
    const reservation = await spent(utcDay(systemClock.now()), 0.99);
    const job = newJob({ embedding_model: null });
    const journey = journeyOf(job, handle);
    expect(await journey.deliver()).toEqual({ kind: "again", afterMs: 1_000 });
    expect(callsOf("sim-judge")).toBe(0);
    await store.spend.charge(reservation, 0.1);
    expect(await journey.deliver()).toEqual({ kind: "done" });
    expect(await store.reviews.read(job.pair_id)).toMatchObject({ judgement: "prefer_silent" });
  });

  test("of nothing is enough for a judge that costs nothing", async () => {
    const free = newJob({ judge: { model: "judge", daily_budget_usd: 0 } });
    await journeyOf(free, bench({}, { input_cost_per_token: 0, output_cost_per_token: 0 }).handle).toItsEnd();
    expect(await store.reviews.read(free.pair_id)).toMatchObject({ judgement: "prefer_silent", judge_cost_usd: 0 });
  });

  test("is a new one on the next day", async () => {
    let now = Date.UTC(2026, 10, 24, 23, 59);
    const clock: Clock = { ...systemClock, now: () => now };
    const { handle } = bench({ clock });
    // The most that a pair may cost is some 5 cents at this price.
    const today = {
      judge: { model: "judge", daily_budget_usd: 0.1 },
      embedding_model: null,
      expires_at: now + 3_600_000,
    };
    const judgedOn = async (job: ReviewJob) => {
      await journeyOf(job, handle).toItsEnd();
      return (await store.reviews.read(job.pair_id))?.not_judged;
    };
    await store.spend.charge(await spent("2026-11-24", 0.09), 0.09);
    expect(await judgedOn(newJob(today))).toBe("over_budget");
    now += 120_000;
    expect(await judgedOn(newJob(today))).toBeNull();
  });
});

describe("what has been answered", () => {
  const judge = { model: "judge", daily_budget_usd: 1 };
  test.each([{ judge }, { judge: null }])("waits with the job while the store is away: %o", async (of) => {
    let away = true;
    const gone: Store = {
      ...store,
      reviews: {
        ...store.reviews,
        save: (review) => (away ? Promise.reject(new Error("away")) : store.reviews.save(review)),
      },
    };
    const { handle, lines } = bench({ store: gone });
    const job = newJob(of);
    const journey = journeyOf(job, handle);
    expect(await journey.deliver()).toMatchObject({ kind: "again" });
    const calls = simulator.requestCount();
    away = false;
    expect(await journey.deliver()).toEqual({ kind: "done" });
    expect(simulator.requestCount()).toBe(calls);
    expect(await store.reviews.read(job.pair_id)).toMatchObject({ similarity_failed: false });
    expect(lines.map(({ message }) => message)).toEqual(["a review cannot be stored yet; it waits on its queue"]);
  });

  test("is kept when the worker must let go, and that counts as no try", async () => {
    simulator.scriptOnce("sim-judge", [null, "hang"]);
    const { handle } = bench();
    const job = newJob();
    const journey = journeyOf(job, handle);
    const stopping = new AbortController();
    let judgeCalls = 0;
    let atSecondCall: unknown = null;
    const listening = simulator.onRequest(({ model }) => {
      if (model !== "sim-judge" || (judgeCalls += 1) < 2) return;
      // What a crash now would leave to the next delivery.
      atSecondCall = journey.memory();
      stopping.abort();
    });
    expect(await journey.deliver(stopping.signal)).toEqual({ kind: "again", afterMs: 0 });
    listening();
    expect(atSecondCall).toMatchObject({ similarity: { cost_usd: expect.any(Number) }, said: { primary_first: {} } });
    expect(journey.memory()).toMatchObject({ tries: 0, said: { primary_first: { choice: "B" } } });
    expect(await journey.deliver()).toEqual({ kind: "done" });
    expect([callsOf("sim-judge"), callsOf("sim-embedding")]).toEqual([3, 1]);
    // The provider may have charged for the call that was ended: its reservation stays.
    expect(await spentToday()).toBeGreaterThan((await store.reviews.read(job.pair_id))?.judge_cost_usd ?? 1);
  });
});
