import { describe, expect, test } from "vitest";
import { readLowQuota } from "./quota.ts";

const NOW = Date.UTC(2026, 2, 1);

function headers(of: "requests" | "tokens", limit: string, remaining: string, reset?: string): Record<string, string> {
  return {
    [`x-ratelimit-limit-${of}`]: limit,
    [`x-ratelimit-remaining-${of}`]: remaining,
    ...(reset === undefined ? {} : { [`x-ratelimit-reset-${of}`]: reset }),
  };
}

describe("what is left of a limit", () => {
  test.each<readonly [limit: string, remaining: string, low: boolean]>([
    ["10000", "999", true],
    ["10000", "1000", false],
    ["10", "0", true],
    ["0", "0", false],
    ["many", "0", false],
    ["10", "few", false],
    ["9".repeat(400), "1", false],
  ])("%s with %s remaining: low is %s", (limit, remaining, low) => {
    expect(readLowQuota(headers("requests", limit, remaining, "1s"), NOW) !== null).toBe(low);
  });

  test("is unknown without headers, or with half of them", () => {
    expect(readLowQuota({}, NOW)).toBeNull();
    expect(readLowQuota({ "x-ratelimit-remaining-requests": "0" }, NOW)).toBeNull();
  });

  test("of two that are low the one that comes back later counts", () => {
    const both = { ...headers("requests", "100", "1", "2s"), ...headers("tokens", "1000", "10", "500ms") };
    expect(readLowQuota(both, NOW)).toEqual({ of: "requests", remaining: 1, limit: 100, resetMs: 2_000 });
    const tokens = { ...headers("requests", "100", "50", "9s"), ...headers("tokens", "1000", "10", "500ms") };
    expect(readLowQuota(tokens, NOW)).toMatchObject({ of: "tokens", resetMs: 500 });
  });
});

test.each<readonly [reset: string | undefined, ms: number]>([
  ["6ms", 6],
  ["1s", 1_000],
  ["7.66s", 7_660],
  ["2m59.56s", 179_560],
  ["6m0s", 360_000],
  ["1h0m1s", 3_601_000],
  ["1d", 86_400_000],
  ["30", 30_000],
  [String(NOW / 1_000 + 5), 5_000],
  [String(NOW + 4_000), 4_000],
  [String(NOW - 4_000), 0],
  ["2026-03-01T00:00:07Z", 7_000],
  ["soon", 10_000],
  ["9".repeat(400), 10_000],
  [`${"9".repeat(400)}s`, 10_000],
  ["", 10_000],
  [undefined, 10_000],
])("a reset of %s is %d ms away", (reset, ms) => {
  expect(readLowQuota(headers("tokens", "100", "1", reset), NOW)?.resetMs).toBeCloseTo(ms, 6);
});
