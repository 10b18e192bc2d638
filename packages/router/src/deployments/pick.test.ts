import { createSkippingClock } from "@understudy/runtime/fixture";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DeploymentState } from "./deployment-state.ts";
import { pickDeployment } from "./pick.ts";
import { settingsWith, statesOf } from "./state.fixture.ts";

const NOBODY: ReadonlySet<DeploymentState> = new Set();
const DRAWS = 1_000;

/** Share of the draws that each deployment gets when the random numbers cover [0, 1) evenly. */
function shares(
  states: readonly DeploymentState[],
  given: Parameters<typeof settingsWith>[0] = {},
  passedOver: ReadonlySet<DeploymentState> = NOBODY,
): readonly number[] {
  const settings = settingsWith(given);
  const counts = states.map(() => 0);
  for (let draw = 0; draw < DRAWS; draw += 1) {
    const picked = pickDeployment(states, passedOver, settings, () => (draw + 0.5) / DRAWS);
    const index = picked === null ? -1 : states.indexOf(picked);
    if (index >= 0) counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts.map((count) => count / DRAWS);
}

function only<T>(values: readonly T[], index: number): T {
  const value = values[index];
  if (value === undefined) throw new Error(`there is no ${index}`);
  return value;
}

describe("simple shuffle", () => {
  test.for<readonly [what: string, params: readonly Record<string, unknown>[], expected: readonly number[]]>([
    ["evenly without numbers", [{}, {}, {}, {}], [0.25, 0.25, 0.25, 0.25]],
    ["by weight", [{ weight: 9 }, { weight: 1 }], [0.9, 0.1]],
    ["by weight, a missing one being none", [{ weight: 1 }, {}, { weight: 3 }], [0.25, 0, 0.75]],
    ["by weight whichever deployment has one", [{}, { weight: 1 }], [0, 1]],
    ["by rpm without weights", [{ rpm: 100 }, { rpm: 300 }], [0.25, 0.75]],
    ["by tpm without weights and rpm", [{ tpm: 1_000 }, { tpm: 4_000 }], [0.2, 0.8]],
    [
      "by weight before rpm and tpm",
      [
        { weight: 1, rpm: 900, tpm: 9 },
        { weight: 1, rpm: 1 },
      ],
      [0.5, 0.5],
    ],
    [
      "by rpm before tpm",
      [
        { rpm: 1, tpm: 900 },
        { rpm: 1, tpm: 100 },
      ],
      [0.5, 0.5],
    ],
    ["evenly where all weights are zero", [{ weight: 0 }, { weight: 0 }], [0.5, 0.5]],
    ["to the lowest order alone", [{ order: 2 }, { order: 1 }, { order: 1 }], [0, 0.5, 0.5]],
    ["to one with an order before one without", [{}, { order: 5 }], [0, 1]],
    [
      "by weight within the lowest order",
      [
        { order: 1, weight: 1 },
        { order: 1, weight: 4 },
        { order: 2, weight: 95 },
      ],
      [0.2, 0.8, 0],
    ],
  ])("picks %s", ([, params, expected]) => {
    expect(shares(statesOf(params))).toEqual(expected.map((share) => expect.closeTo(share, 2)));
  });

  test("leaves out those that rest, are full, or had their turn", () => {
    const states = statesOf([{}, { max_parallel_requests: 1 }, {}, {}]);
    only(states, 0).noteFailure("rate_limit", null);
    only(states, 1).begin();
    expect(shares(states)).toEqual([0, 0, 0.5, 0.5]);
    expect(shares(states, {}, new Set([only(states, 2)]))).toEqual([0, 0, 0, 1]);
    expect(shares(states, {}, new Set(states))).toEqual([0, 0, 0, 0]);
  });

  test("goes to the next order while the lowest rests", () => {
    const clock = createSkippingClock();
    const states = statesOf([{ order: 1 }, { order: 2 }], settingsWith(), clock);
    only(states, 0).noteFailure("rate_limit", null);
    expect(shares(states)).toEqual([0, 1]);
    clock.advance(5_000);
    expect(shares(states)).toEqual([1, 0]);
  });

  test("is null for a group of none", () => {
    expect(pickDeployment([], NOBODY, settingsWith(), () => 0)).toBeNull();
  });

  test("never picks a deployment whose share is none because rounding left a rest", () => {
    const states = statesOf([{ weight: 0.1 }, { weight: 0.1 }, { weight: 0.4 }, { weight: 0 }]);
    const picked = pickDeployment(states, NOBODY, settingsWith(), () => 1 - 2 ** -53);
    expect(picked).toBe(only(states, 2));
  });

  test("never picks a deployment whose share is none, whatever is drawn", () => {
    const weights = fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 2, maxLength: 6 });
    const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(weights, draw, (given, drawn) => {
        const states = statesOf(given.map((weight) => ({ weight })));
        const picked = pickDeployment(states, NOBODY, settingsWith(), () => drawn);
        expect(picked).not.toBeNull();
        const nobodyHasAny = given.every((weight) => weight === 0);
        expect(nobodyHasAny || (picked?.target.deployment.weight ?? 0) > 0).toBe(true);
      }),
    );
  });
});

describe("least busy", () => {
  test("picks among those with the fewest calls under way", () => {
    const states = statesOf([{}, {}, {}]);
    only(states, 0).begin();
    expect(shares(states, { strategy: "least-busy" })).toEqual([0, 0.5, 0.5]);
    only(states, 1).begin();
    only(states, 2).begin();
    only(states, 2).begin();
    expect(shares(states, { strategy: "least-busy" })).toEqual([0.5, 0.5, 0]);
  });
});

describe("latency-based routing", () => {
  const byLatency = (buffer: number) => ({
    strategy: "latency-based-routing" as const,
    latency: { ttlMs: 60_000, buffer, samples: 10 },
  });

  function measured(...latencies: readonly (number | null)[]): readonly DeploymentState[] {
    const states = statesOf(
      latencies.map(() => ({})),
      settingsWith(byLatency(0)),
    );
    for (const [index, ms] of latencies.entries()) if (ms !== null) only(states, index).noteLatency(ms);
    return states;
  }

  test("picks the fastest", () => {
    expect(shares(measured(200, 100, 300), byLatency(0))).toEqual([0, 1, 0]);
  });

  test("picks evenly among those within the buffer", () => {
    expect(shares(measured(149, 100, 151, 150), byLatency(0.5))).toEqual([
      expect.closeTo(1 / 3, 2),
      expect.closeTo(1 / 3, 2),
      0,
      expect.closeTo(1 / 3, 2),
    ]);
  });

  test("tries one that it knows nothing of first", () => {
    expect(shares(measured(100, null), byLatency(1))).toEqual([0, 1]);
  });

  test("turns away from one that timed out", () => {
    const states = measured(10, 500);
    only(states, 0).noteFailure("timeout", null);
    expect(shares(states, byLatency(0))).toEqual([0, 1]);
  });
});
