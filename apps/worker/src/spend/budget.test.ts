import { keepLines } from "@understudy/runtime/fixture";
import { createCostEstimate } from "@understudy/providers";
import type { CallRecord } from "@understudy/contracts";
import { systemClock } from "@understudy/runtime";
import { createStore, openEmbedded, type Store } from "@understudy/store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createBudget, type Reserved, spendAccount, utcDay } from "./budget.ts";
import { jobNumber, primaryRecord, QUESTION, simulatedConfig } from "../job.fixture.ts";

let store: Store;
let budgets = 0;

beforeAll(async () => {
  store = createStore(await openEmbedded("memory"), { clock: systemClock });
  await store.migrate();
});
afterAll(() => store.close());

const DAY = Date.UTC(2026, 2, 1, 23, 59, 59);
const CENT_A_TOKEN = { input_cost_per_token: 0, output_cost_per_token: 0.01 };
/** May cost a dollar. */
const JOB = jobNumber(1, { request: JSON.stringify({ ...QUESTION, max_tokens: 100 }) });

/** A budget that no other test has. */
function bench(capUsd: number, quiet: object = CENT_A_TOKEN) {
  budgets += 1;
  const silentModel = `quiet-${budgets}`;
  const { logger, lines } = keepLines();
  const config = simulatedConfig("http://127.0.0.1:9", quiet);
  const estimateOfQuiet = createCostEstimate(config);
  const wall = { now: DAY };
  const budget = createBudget(() => capUsd, {
    silentModel,
    estimate: (_, request, bytes) => estimateOfQuiet("quiet", request, bytes),
    store,
    clock: { ...systemClock, now: () => wall.now },
    logger,
  });
  const spend = (now = DAY) => store.spend.read(spendAccount(silentModel), utcDay(now));
  return { budget, lines, spend, wall };
}

async function reserved(asked: Promise<Reserved | "wait" | "reached">): Promise<Reserved> {
  const answer = await asked;
  if (typeof answer === "string") throw new Error(`the budget said ${answer}`);
  return answer;
}

const failed = (kind: string, of: Partial<CallRecord> = {}): CallRecord => {
  const error = { kind, status: 500, message: kind, type: null, code: null, param: null } as CallRecord["error"];
  return primaryRecord({ status: "error", error, cost_usd: null, ...of });
};

describe("a call's reservation", () => {
  test.each<readonly [what: string, record: CallRecord | null, usd: number]>([
    ["an answer costs what it cost", primaryRecord({ cost_usd: 0.25 }), 0.25],
    ["no call costs nothing", null, 0],
    ["a refusal costs nothing", failed("rate_limit"), 0],
    ["an answer that never began costs nothing", failed("connection"), 0],
    ["a call that was given up may have to be paid for", failed("timeout"), 1],
    ["so may one that we ended", failed("aborted"), 1],
    ["and an answer that was cut, by whatever", failed("connection", { status: "partial" }), 1],
    ["and an answer that does not say what it used", primaryRecord({ cost_usd: null }), 1],
  ])("%s", async (_, record, usd) => {
    const { budget, spend } = bench(5);
    const one = await reserved(budget.reserve(JOB));
    expect(await spend()).toEqual({ spentUsd: 0, reservedUsd: 1 });
    await one.charge(record);
    expect(await spend()).toEqual({ spentUsd: usd, reservedUsd: 0 });
  });

  test("is charged to the day it was made", async () => {
    const { budget, spend, wall } = bench(1);
    const beforeMidnight = await reserved(budget.reserve(JOB));
    wall.now += 2_000;
    const afterMidnight = await reserved(budget.reserve(JOB));
    await beforeMidnight.charge(primaryRecord({ cost_usd: 0.4 }));
    expect(await spend()).toEqual({ spentUsd: 0.4, reservedUsd: 0 });
    expect(await spend(wall.now)).toEqual({ spentUsd: 0, reservedUsd: 1 });
    await afterMidnight.charge(null);
  });

  test("is not made where no price is known", async () => {
    const { budget, spend } = bench(0.000_001, { model: "openai/in-house" });
    await (await reserved(budget.reserve(JOB))).charge(primaryRecord({ cost_usd: null }));
    expect(await spend()).toEqual({ spentUsd: 0, reservedUsd: 0 });
  });

  test("that cannot be charged stays, and throws nothing", async () => {
    const { logger, lines } = keepLines();
    const budget = createBudget(() => 5, {
      silentModel: "quiet-away",
      estimate: () => 1,
      store: {
        spend: {
          ...store.spend,
          reserve: () => Promise.resolve("reserved"),
          charge: () => Promise.reject(new Error("away")),
        },
      },
      clock: systemClock,
      logger,
    });
    await (await reserved(budget.reserve(JOB))).charge(null);
    expect(lines).toMatchObject([{ level: "warn", message: "the cost of a silent call cannot be written" }]);
  });
});

describe("a budget", () => {
  test("has calls wait while those under way may leave room, and says once a day that it is reached", async () => {
    const { budget, lines, wall } = bench(1.5);
    const one = await reserved(budget.reserve(JOB));
    expect(await budget.reserve(JOB)).toBe("wait");
    expect(lines).toEqual([]);
    await one.charge(primaryRecord({ cost_usd: 0.9 }));
    expect([await budget.reserve(JOB), await budget.reserve(JOB)]).toEqual(["reached", "reached"]);
    expect(lines).toMatchObject([
      { level: "warn", fields: { day: "2026-03-01", daily_budget_usd: 1.5, next_call_usd: 1 } },
    ]);
    wall.now += 2_000;
    await reserved(budget.reserve(JOB));
  });
});
