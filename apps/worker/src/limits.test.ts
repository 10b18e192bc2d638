import { createSimulator, type Simulator } from "@understudy/simulator";
import { systemClock } from "@understudy/runtime";
import { describeWith, startPostgres, startRedis, stopAll } from "@understudy/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { spendAccount, utcDay } from "./spend/budget.ts";
import { jobNumber, QUESTION, QUIET_MODEL } from "./job.fixture.ts";
import { type LimitsBench, openLimitsBench } from "./limits-bench.fixture.ts";

let simulator: Simulator;
let url: string;
/** When each request came to the silent model, monotonic milliseconds. */
let arrivals: number[] = [];

beforeAll(async () => {
  simulator = createSimulator({ speed: 0 });
  ({ url } = await simulator.start());
  simulator.onRequest(() => void arrivals.push(performance.now()));
});
afterEach(() => {
  simulator.reset();
  arrivals = [];
});
afterAll(async () => {
  await stopAll();
  await simulator.stop();
});

/** Jobs whose answers have at most 100 tokens, and in truth fewer. */
function jobs(count: number) {
  const request = JSON.stringify({ ...QUESTION, max_tokens: 100 });
  return Array.from({ length: count }, (_, number) => jobNumber(number, { request }));
}

/** A cent for each token of the answer, so that a call costs a dollar at most. */
const PRICED = { input_cost_per_token: 0, output_cost_per_token: 0.01 };

/** Milliseconds between the first call and the second. */
function firstGap(): number {
  const [first = 0, second = 0] = arrivals;
  return second - first;
}

function describeLimits(name: string, redisUrl: () => Promise<string | null>): void {
  describe(`with a queue ${name}`, () => {
    let bench: LimitsBench;
    const pausedLines = () => bench.lines.filter(({ message }) => message === "a silent model is paused");

    beforeEach(async () => {
      const server = await startPostgres();
      const { url: databaseUrl } = await server.createDatabase();
      bench = await openLimitsBench({ databaseUrl, redisUrl: await redisUrl(), url });
    });
    afterEach(() => bench.close());

    test("two workers together spend no more than the day's budget, and all of it", async () => {
      const settings = { concurrency: 4, daily_budget_usd: 5 };
      const [worker] = await Promise.all([bench.work(settings, PRICED), bench.work(settings, PRICED)]);
      const outcomes = await bench.settle(jobs(80));
      const { data } = await bench.store.pairs.list({ limit: 100 });
      const costs = data.map(({ silent }) => silent?.cost_usd ?? 0);
      const { spentUsd, reservedUsd } = await bench.store.spend.read(spendAccount("quiet"), utcDay(systemClock.now()));

      expect(Object.keys(outcomes).toSorted()).toEqual(["budget_reached", "paired"]);
      expect(spentUsd).toBeLessThanOrEqual(5);
      // Not another call would have been sure to fit.
      expect(spentUsd).toBeGreaterThan(4);
      expect(reservedUsd).toBe(0);
      expect(costs.reduce((sum, cost) => sum + cost, 0)).toBeCloseTo(spentUsd, 9);
      expect(simulator.requestCount()).toBe(outcomes["paired"]);
      expect(await worker.metrics()).toContain('understudy_silent_spend_usd{silent_model="quiet",part="budget"} 5');
      const reached = bench.lines.filter(({ message }) => message.startsWith("the daily budget is reached"));
      expect(reached.length).toBeGreaterThanOrEqual(1);
      expect(reached.length).toBeLessThanOrEqual(2);
    });

    test("a 429 lets the queue wait as long as it says, is told once, and costs its job no try", async () => {
      simulator.scriptOnce(QUIET_MODEL, ["fail-429"]);
      const worker = await bench.work({ concurrency: 1, retries: 0 });
      expect(await bench.settle(jobs(12))).toEqual({ paired: 12 });
      expect(simulator.requestCount()).toBe(13);
      expect(firstGap()).toBeGreaterThanOrEqual(990);
      expect(pausedLines()).toMatchObject([
        { level: "warn", fields: { silent_model: "quiet", reason: "rate_limited", seconds: 1 } },
      ]);
      const paused = /^understudy_silent_paused_seconds_total\{silent_model="quiet",reason="rate_limited"\} (.+)$/mu;
      // A pause that is lengthened while it lasts is added up from parts.
      expect(Number(paused.exec(await worker.metrics())?.[1])).toBeCloseTo(1, 6);
      const { data } = await bench.store.pairs.list({ limit: 100 });
      const attempts = data.map(({ silent }) => silent?.attempts.map(({ outcome }) => outcome));
      expect(attempts.filter((outcomes) => outcomes?.length === 2)).toEqual([["rate_limit", "ok"]]);
    });

    test("an account that runs low is left to the primary until it is whole again", async () => {
      simulator.scriptOnce(QUIET_MODEL, ["low-quota"]);
      await bench.work({ concurrency: 1 });
      expect(await bench.settle(jobs(5))).toEqual({ paired: 5 });
      expect(simulator.requestCount()).toBe(5);
      expect(firstGap()).toBeGreaterThanOrEqual(990);
      expect(pausedLines()).toMatchObject([{ fields: { reason: "quota_low", of: "requests", remaining: 500 } }]);
    });

    test("an account of the silent model's own is used to its end", async () => {
      simulator.script(QUIET_MODEL, "low-quota");
      await bench.work({ concurrency: 1 }, { api_key: "sk-test-2" });
      expect(await bench.settle(jobs(5))).toEqual({ paired: 5 });
      expect(pausedLines()).toEqual([]);
    });
  });
}

await describeWith({ redis: true, postgres: true }, "a silent model's limits, with Redis and PostgreSQL", () => {
  describeLimits("on Redis", async () => (await startRedis()).url);
});

await describeWith({ postgres: true }, "a silent model's limits, with PostgreSQL alone", () => {
  describeLimits("in the database", () => Promise.resolve(null));
});
