import { keepLines } from "@understudy/runtime/fixture";
import type { LowQuota, SilentTry } from "@understudy/mirror";
import type { CallRecord } from "@understudy/contracts";
import { systemClock } from "@understudy/runtime";
import { createMetrics } from "@understudy/telemetry";
import { expect, test } from "vitest";
import { primaryRecord } from "./job.fixture.ts";
import { createPauses } from "./pauses.ts";

function bench(of: { readonly alone?: boolean; readonly sharesAccount?: boolean } = {}) {
  const { logger, lines } = keepLines();
  const metrics = createMetrics({ service: "worker", defaultMetrics: false });
  const time = { now: 0 };
  const clock = { ...systemClock, monotonic: () => time.now };
  const pauses = createPauses({
    silentModel: "quiet",
    alone: true,
    sharesAccount: true,
    clock,
    logger,
    metrics,
    ...of,
  });
  const counted = async (reason: string): Promise<number> => {
    const line = (await metrics.text()).split("\n").find((text) => text.includes("paused") && text.includes(reason));
    return Number(line?.split(" ").at(-1) ?? 0);
  };
  return { pauses, lines, time, counted };
}

const error = { kind: "rate_limit", status: 429, message: "slow down", type: null, code: null, param: null } as const;
const tried = (record: Partial<CallRecord>, of: Partial<SilentTry> = {}): SilentTry => ({
  record: primaryRecord(record),
  retryable: false,
  retryAfterMs: null,
  lowQuota: null,
  ...of,
});
const limited = (retryAfterMs: number | null): SilentTry => tried({ status: "error", error }, { retryAfterMs });
const low = (resetMs: number): SilentTry => {
  const lowQuota: LowQuota = { of: "tokens", remaining: 10, limit: 1_000, resetMs };
  return tried({}, { lowQuota });
};

test("a 429 pauses as long as it says, five minutes at most at once", () => {
  const { pauses, time } = bench();
  expect(pauses.after(limited(2_000), true)).toBe(2_000);
  time.now = 10_000;
  expect(pauses.after(limited(86_400_000), true)).toBe(300_000);
});

test("a 429 that names no time is the job's own to wait for", () => {
  expect(bench().pauses.after(limited(null), true)).toBeNull();
});

test("with another deployment to turn to only their all being at rest pauses", () => {
  const { pauses } = bench({ alone: false });
  expect(pauses.after(limited(2_000), true)).toBeNull();
  expect(pauses.after(limited(2_000), false)).toBe(2_000);
});

test("an account that runs low pauses where a primary is on it, and nowhere else", () => {
  expect(bench().pauses.after(low(700), true)).toBe(700);
  expect(bench({ sharesAccount: false }).pauses.after(low(700), true)).toBeNull();
  expect(bench().pauses.after(tried({}), true)).toBeNull();
});

test("calls that were under way make a pause longer, never shorter, and add no line", async () => {
  const { pauses, lines, time, counted } = bench();
  expect(pauses.after(limited(2_000), true)).toBe(2_000);
  time.now = 500;
  expect(pauses.after(limited(1_000), true)).toBeNull();
  expect(pauses.after(limited(2_500), true)).toBe(2_500);
  expect(lines).toMatchObject([{ fields: { reason: "rate_limited", seconds: 2, error: "slow down" } }]);
  expect(await counted("rate_limited")).toBe(3);
  time.now = 3_000;
  expect(pauses.after(low(1_000), true)).toBe(1_000);
  expect(lines).toHaveLength(2);
  expect(lines[1]).toMatchObject({ fields: { reason: "quota_low", of: "tokens", remaining: 10, limit: 1_000 } });
  expect(await counted("quota_low")).toBe(1);
});
