import type { FailureKind } from "@understudy/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AttemptState, jitteredMs, decideNext, readRetryAfter, retriesAllowed } from "./retry-policy.ts";
import { settingsWith } from "../deployments/state.fixture.ts";

const FIRST_RETRY: Omit<AttemptState, "kind"> = {
  retryAfterMs: null,
  shouldRetry: null,
  retriesUsed: 0,
  retriesAllowed: 2,
  alternatives: 0,
  firstByteSent: false,
};
const half = (): number => 0.5;

describe("decideNext", () => {
  type Row = readonly [kind: FailureKind, given: Partial<AttemptState>, expected: number | "next group"];
  const rows: readonly Row[] = [
    // The only deployment there is: after a wait, where the same may end better.
    ["timeout", {}, 250],
    ["rate_limit", {}, 250],
    ["unavailable", {}, 250],
    ["server_error", {}, 250],
    ["connection", {}, 250],
    ["authentication", {}, "next group"],
    ["permission", {}, "next group"],
    ["not_found", {}, "next group"],
    ["bad_request", {}, "next group"],
    ["context_window", {}, "next group"],
    ["content_policy", {}, "next group"],
    // Another deployment is at hand: at once.
    ["timeout", { alternatives: 1 }, 0],
    ["rate_limit", { alternatives: 1 }, 0],
    ["unavailable", { alternatives: 2 }, 0],
    ["server_error", { alternatives: 1 }, 0],
    ["connection", { alternatives: 1 }, 0],
    ["authentication", { alternatives: 1 }, 0],
    ["permission", { alternatives: 1 }, 0],
    ["not_found", { alternatives: 1 }, 0],
    ["bad_request", { alternatives: 5 }, "next group"],
    ["context_window", { alternatives: 5 }, "next group"],
    ["content_policy", { alternatives: 5 }, "next group"],
    // The provider's wish goes before our own, up to a minute.
    ["rate_limit", { retryAfterMs: 1_500 }, 1_500],
    ["rate_limit", { retryAfterMs: 0 }, 0],
    ["unavailable", { retryAfterMs: 60_000 }, 60_000],
    ["unavailable", { retryAfterMs: 60_001 }, "next group"],
    ["rate_limit", { retryAfterMs: 3_600_000, alternatives: 1 }, 0],
    ["bad_request", { retryAfterMs: 10 }, "next group"],
    // Retries are counted.
    ["server_error", { retriesUsed: 1 }, 500],
    ["server_error", { retriesUsed: 2 }, "next group"],
    ["server_error", { retriesUsed: 2, retriesAllowed: 3 }, 1_000],
    ["server_error", { retriesUsed: 9, retriesAllowed: 10 }, 4_000],
    ["server_error", { retriesAllowed: 0, alternatives: 1 }, "next group"],
    ["authentication", { retriesUsed: 2, alternatives: 1 }, "next group"],
    // Nothing is tried again once the client has a byte of the answer.
    ["timeout", { firstByteSent: true }, "next group"],
    ["connection", { firstByteSent: true, alternatives: 3 }, "next group"],
  ];

  test.for(rows)("after %s with %j: %s", ([kind, given, expected]) => {
    const decision = decideNext({ ...FIRST_RETRY, kind, ...given }, 0, half);
    expect(decision).toEqual(expected === "next group" ? { kind: "next_group" } : { kind: "retry", afterMs: expected });
  });

  test.for<readonly [given: Partial<AttemptState>, expected: number]>([
    [{}, 700],
    [{ retryAfterMs: 100 }, 700],
    [{ retryAfterMs: 900 }, 900],
    [{ alternatives: 1 }, 0],
  ])("waits retry_after at least, where it waits: %j", ([given, expected]) => {
    const state = { ...FIRST_RETRY, kind: "server_error", ...given } as const;
    expect(decideNext(state, 700, half)).toEqual({ kind: "retry", afterMs: expected });
  });
});

describe("jitteredMs", () => {
  test("stays between nothing and a ceiling that doubles up to eight seconds", () => {
    fc.assert(
      fc.property(fc.nat(2_000), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (used, drawn) => {
        const wait = jitteredMs(used, () => drawn);
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(Math.min(8_000, 500 * 2 ** Math.min(used, 10)));
      }),
    );
  });

  test.for([
    [0, 500],
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [4, 8_000],
    [5, 8_000],
    [1_100, 8_000],
  ] as const)("after %i retries has the ceiling %i", ([used, ceiling]) => {
    expect(jitteredMs(used, () => 1)).toBe(ceiling);
    expect(jitteredMs(used, () => 0)).toBe(0);
  });
});

describe("retriesAllowed", () => {
  const settings = settingsWith({
    numRetries: 2,
    retryPolicy: { timeout: 5, rate_limit: 0 },
    groupRetryPolicy: { group: { timeout: 7 }, constructor: {} },
  });

  test.for([
    ["the group's policy for the kind", "timeout", "group", 4, 7],
    ["the policy for the kind", "timeout", "other", 4, 5],
    ["that policy, be it zero", "rate_limit", "group", 4, 0],
    ["the deployment's own count", "server_error", "group", 4, 4],
    ["that count, be it zero", "server_error", "group", 0, 0],
    ["the router's count", "server_error", "group", null, 2],
    ["the router's count, for a group with an odd name", "server_error", "toString", null, 2],
  ] as const)("is %s", ([, kind, group, plain, expected]) => {
    expect(retriesAllowed(kind, group, settings, plain)).toBe(expected);
  });
});

describe("readRetryAfter", () => {
  const now = Date.UTC(2026, 0, 1, 12, 0, 0);

  test.for<readonly [headers: Record<string, string>, expected: number | null]>([
    [{}, null],
    [{ "retry-after-ms": "250" }, 250],
    [{ "retry-after-ms": "12.5", "retry-after": "60" }, 12.5],
    [{ "retry-after-ms": "soon", "retry-after": "2" }, 2_000],
    [{ "retry-after-ms": "", "retry-after": "2" }, 2_000],
    [{ "retry-after-ms": "-5" }, null],
    [{ "retry-after": "0" }, 0],
    [{ "retry-after": "30" }, 30_000],
    [{ "retry-after": " 1.5 " }, 1_500],
    [{ "retry-after": "-1" }, null],
    [{ "retry-after": "" }, null],
    [{ "retry-after": "   " }, null],
    [{ "retry-after": "Infinity" }, null],
    [{ "retry-after": "9".repeat(400) }, null],
    [{ "retry-after-ms": "9".repeat(400), "retry-after": "2" }, 2_000],
    [{ "retry-after": "0x10" }, null],
    [{ "retry-after": "in a while" }, null],
    [{ "retry-after": "at 5" }, null],
    [{ "retry-after": "1, 2" }, null],
    [{ "retry-after": "Thu, 01 Jan 2026 12:00:10 GMT" }, 10_000],
    [{ "retry-after": "Thursday, 01-Jan-26 12:00:10 GMT" }, 10_000],
    [{ "retry-after": "Thu, 01 Jan 2026 11:00:00 GMT" }, 0],
    [{ "retry-after": "Thu, 99 Jan 2026 12:00:10 GMT" }, null],
  ])("reads %j as %s", ([headers, expected]) => {
    expect(readRetryAfter(headers, now)).toBe(expected);
  });
});
