import { createSkippingClock } from "@understudy/runtime/fixture";
import type { FailureKind } from "@understudy/contracts";
import { describe, expect, test } from "vitest";
import { countsAgainst, shouldCool } from "./cooldown.ts";
import { settingsWith, statesOf } from "./state.fixture.ts";

const INNOCENT: readonly FailureKind[] = [
  "bad_request",
  "permission",
  "context_window",
  "content_policy",
  "connection",
];

describe("shouldCool", () => {
  type Row = readonly [kind: FailureKind, calls: number, failures: number, groupSize: number, expected: boolean];
  const rows: readonly Row[] = [
    // No waiting helps these, so the first is enough, unless the group has nobody else.
    ["rate_limit", 1, 1, 2, true],
    ["authentication", 1, 1, 2, true],
    ["not_found", 1, 1, 2, true],
    ["rate_limit", 1, 1, 1, false],
    ["authentication", 9, 9, 1, false],
    // The rest by their share of the last minute's calls, from the fifth call on.
    ["server_error", 4, 4, 2, false],
    ["server_error", 5, 3, 2, true],
    ["server_error", 6, 3, 2, false],
    ["timeout", 5, 5, 2, true],
    ["unavailable", 100, 51, 2, true],
    ["server_error", 1_000, 1_000, 1, false],
  ];

  test.for(rows)("after %s, the last of %i calls with %i failures in a group of %i: %s", (row) => {
    const [kind, calls, failures, groupSize, expected] = row;
    expect(shouldCool(kind, { calls, failures, groupSize }, settingsWith())).toBe(expected);
  });

  test.for(INNOCENT)("never after %s, which says nothing of the deployment", (kind) => {
    const settings = settingsWith({ allowedFails: 0, allowedFailsPolicy: { [kind]: 0 } });
    expect(shouldCool(kind, { calls: 99, failures: 99, groupSize: 9 }, settings)).toBe(false);
    expect(countsAgainst(kind)).toBe(false);
  });

  test("by count alone once allowed_fails is set, even in a group of one", () => {
    const settings = settingsWith({ allowedFails: 2 });
    const after = (kind: FailureKind, failures: number): boolean =>
      shouldCool(kind, { calls: 100, failures, groupSize: 1 }, settings);
    expect([after("server_error", 2), after("server_error", 3)]).toEqual([false, true]);
    expect([after("rate_limit", 1), after("rate_limit", 3)]).toEqual([false, true]);
  });

  test("by the count for the kind before the count for all", () => {
    const settings = settingsWith({ allowedFails: 100, allowedFailsPolicy: { rate_limit: 0 } });
    const history = { calls: 1, failures: 1, groupSize: 2 };
    expect(shouldCool("rate_limit", history, settings)).toBe(true);
    expect(shouldCool("server_error", history, settings)).toBe(false);
  });

  test("never when cooldowns are disabled", () => {
    const settings = settingsWith({ disableCooldowns: true, allowedFails: 0 });
    expect(shouldCool("rate_limit", { calls: 9, failures: 9, groupSize: 2 }, settings)).toBe(false);
  });
});

describe("a deployment's state", () => {
  function pair(params: object = {}, given: Parameters<typeof settingsWith>[0] = {}) {
    const clock = createSkippingClock();
    const [state] = statesOf([{ ...params }, {}], settingsWith(given), clock);
    if (state === undefined) throw new Error("no deployment");
    return { state, clock };
  }

  test("rests for cooldown_time and comes back", () => {
    const { state, clock } = pair({}, { cooldownMs: 5_000 });
    state.noteFailure("rate_limit", null);
    expect([state.available(), state.coolingMs()]).toEqual([false, 5_000]);
    clock.advance(4_999);
    expect(state.available()).toBe(false);
    clock.advance(1);
    expect(state.available()).toBe(true);
  });

  test.for<readonly [own: number | undefined, retryAfterMs: number | null, expected: number]>([
    [undefined, 20_000, 20_000],
    [undefined, 100, 5_000],
    [undefined, 3_600_000, 60_000],
    [2, null, 2_000],
    [2, 30_000, 30_000],
    [0, 30_000, 0],
  ])("with its own cooldown_time %s and Retry-After %s rests for %i ms", ([own, retryAfterMs, expected]) => {
    const { state } = pair(own === undefined ? {} : { cooldown_time: own }, { cooldownMs: 5_000 });
    state.noteFailure("rate_limit", retryAfterMs);
    expect(state.coolingMs()).toBe(expected);
  });

  test("rests to the later end when another call fails meanwhile", () => {
    const { state, clock } = pair();
    state.noteFailure("rate_limit", 30_000);
    clock.advance(1_000);
    state.noteFailure("rate_limit", null);
    expect(state.coolingMs()).toBe(29_000);
  });

  test("is not taken out by requests that were at fault themselves", () => {
    const { state } = pair({}, { allowedFails: 3 });
    for (let call = 0; call < 20; call += 1) {
      state.begin();
      state.noteFailure("bad_request", null);
      state.end();
    }
    state.begin();
    state.noteFailure("server_error", null);
    expect(state.available()).toBe(true);
  });

  test("forgets its failures after a minute", () => {
    const { state, clock } = pair({}, { allowedFails: 1 });
    state.noteFailure("server_error", null);
    clock.advance(60_000);
    state.noteFailure("server_error", null);
    expect(state.available()).toBe(true);
    state.noteFailure("server_error", null);
    expect(state.available()).toBe(false);
  });

  test("takes no more calls at once than max_parallel_requests", () => {
    const { state } = pair({ max_parallel_requests: 2 });
    state.begin();
    expect(state.available()).toBe(true);
    state.begin();
    expect(state.available()).toBe(false);
    state.end();
    expect([state.available(), state.inFlight]).toEqual([true, 1]);
  });

  test("has the mean latency of its recent samples, as many as asked for", () => {
    const { state, clock } = pair({}, { latency: { ttlMs: 1_000, buffer: 0, samples: 2 } });
    expect(state.latency()).toBe(0);
    for (const ms of [900, 100, 300]) state.noteLatency(ms);
    expect(state.latency()).toBe(200);
    clock.advance(600);
    state.noteLatency(500);
    expect(state.latency()).toBe(400);
    clock.advance(600);
    expect(state.latency()).toBe(500);
    clock.advance(600);
    expect(state.latency()).toBe(0);
  });

  test("counts a timeout as very slow", () => {
    const { state } = pair();
    state.noteFailure("timeout", null);
    expect(state.latency()).toBeGreaterThanOrEqual(600_000);
  });
});
