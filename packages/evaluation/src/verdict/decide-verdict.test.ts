import { describe, expect, test } from "vitest";
import type { Evidence } from "../evidence.ts";
import { sampleEvidence, samplePair, sampleTiming } from "../sample-evidence.ts";
import { decideVerdict } from "./decide-verdict.ts";
import { P95_ALPHA, quantileRanks } from "./quantile-ranks.ts";
import type { CriterionName } from "./verdict.ts";

const MARGINS = { qualityLoss: 0.05, errorRate: 0.02, p95Latency: 1.2, cost: 1.1 };

/** 2,000 pairs, all alike, at half the price. */
function good(changes: Partial<Evidence> = {}): Evidence {
  return sampleEvidence({
    pairs: 2_000,
    comparable: 2_000,
    agreed: { count: 1_900, of: 2_000 },
    errors: { both: 0, primary_only: 2, silent_only: 2, neither: 1_996 },
    latency: sampleTiming({ pairs: 2_000 }),
    cost: {
      pairs: 2_000,
      primary: 2,
      silent: 1,
      primary_squares: 0.003,
      silent_squares: 0.000_75,
      products: 0.0015,
      primary_most: 0.001,
      silent_most: 0.0005,
    },
    ...changes,
  });
}

const control = sampleEvidence({ agreed: { count: 1_900, of: 2_000 } });

function verdictOn(evidence: Evidence, over: Partial<Parameters<typeof decideVerdict>[0]> = {}) {
  return decideVerdict({ evidence, control, margins: MARGINS, isControl: false, ...over });
}

function stateOf(name: CriterionName, verdict: ReturnType<typeof verdictOn>) {
  return verdict.criteria.find((criterion) => criterion.name === name);
}

describe("a verdict", () => {
  test("promotes what is within every margin", () => {
    const verdict = verdictOn(good());
    expect(verdict.criteria.map(({ state }) => state)).toEqual(["pass", "pass", "pass", "pass"]);
    expect(verdict).toMatchObject({ decision: "promote", pairs_needed: 0, alpha: 0.05, pairs: 2_000 });
    expect(verdict.reason).toBe("within the margins of quality, errors, latency and cost");
    // 20 times the primary's mean call.
    expect(stateOf("cost", verdict)).toMatchObject({
      note: "holds if no silent call costs more than $0.02",
      reason: expect.stringContaining("; cost holds if no silent call costs more than $0.02"),
    });
  });

  test.each<[CriterionName, Partial<Evidence>]>([
    ["quality", { agreed: { count: 1_500, of: 2_000 } }],
    ["errors", { errors: { both: 0, primary_only: 0, silent_only: 200, neither: 1_800 } }],
    [
      "latency",
      {
        latency: sampleTiming({
          p95_bounds: { primary: { low: 900, high: 1_000 }, silent: { low: 1_300, high: 1_500 } },
        }),
      },
    ],
    [
      "cost",
      {
        cost: {
          pairs: 2_000,
          primary: 2,
          silent: 4,
          primary_squares: 0.003,
          silent_squares: 0.012,
          products: 0.006,
          primary_most: 0.001,
          silent_most: 0.002,
        },
      },
    ],
  ])("rejects what is beyond the margin of %s, and says so", (name, changes) => {
    const verdict = verdictOn(good(changes));
    expect(verdict.decision).toBe("reject");
    expect(stateOf(name, verdict)?.state).toBe("fail");
    expect(verdict.reason).toContain("the margin is");
  });

  test("keeps watching while a criterion is open, with the pairs it still takes", () => {
    const few = good({ pairs: 100, agreed: { count: 95, of: 100 } });
    const verdict = verdictOn(few);
    expect(verdict.decision).toBe("keep_watching");
    const quality = stateOf("quality", verdict);
    expect(quality?.state).toBe("open");
    expect(verdict.pairs_needed).toBe(quality?.pairs_needed);
    expect(verdict.reason).toBe(`open: quality; about ${quality?.pairs_needed} more pairs`);
    // The control's 2,000 pairs grow with it. What it says will do, does.
    const growth = 1 + (quality?.pairs_needed ?? 0) / 100;
    const grown = {
      evidence: good({ agreed: { count: 95 * growth, of: 100 * growth } }),
      control: sampleEvidence({ agreed: { count: 1_900 * growth, of: 2_000 * growth } }),
    };
    expect(stateOf("quality", verdictOn(grown.evidence, { control: grown.control }))?.state).toBe("pass");
  });

  test("without a control passes what hardly differs, and fails nothing for differing", () => {
    expect(stateOf("quality", verdictOn(good({ agreed: { count: 1_990, of: 2_000 } }), { control: null }))?.state).toBe(
      "pass",
    );
    const differing = verdictOn(good({ agreed: { count: 100, of: 2_000 } }), { control: null });
    expect(stateOf("quality", differing)).toMatchObject({ state: "open", low: null });
    expect(differing.decision).toBe("keep_watching");
    expect(differing.reason).toContain("control: true");
  });

  test("does not ask for a margin of null, and promotes nothing that was asked of neither answers nor errors", () => {
    const margins = { ...MARGINS, cost: null };
    const dear = good({
      cost: {
        pairs: 2_000,
        primary: 2,
        silent: 90,
        primary_squares: 1,
        silent_squares: 9,
        products: 3,
        primary_most: 0.1,
        silent_most: 0.1,
      },
    });
    expect(verdictOn(dear, { margins }).decision).toBe("promote");
    const quick = { qualityLoss: null, errorRate: null, p95Latency: 1.2, cost: 1.1 };
    expect(verdictOn(good(), { margins: quick }).decision).toBe("keep_watching");
  });

  test("of a control says what it measures, and promotes nobody", () => {
    const verdict = verdictOn(good(), { control: null, isControl: true });
    expect(verdict).toMatchObject({ decision: "keep_watching", pairs_needed: null });
    expect(verdict.reason).toContain("5 points");
  });

  test("without prices, or with too few pairs for a percentile, says what is missing", () => {
    const noCost = {
      pairs: 0,
      primary: 0,
      silent: 0,
      primary_squares: 0,
      silent_squares: 0,
      products: 0,
      primary_most: 0,
      silent_most: 0,
    };
    expect(verdictOn(good({ cost: noCost })).reason).toContain("input_cost_per_token");
    const free = { ...good().cost, primary: 0, primary_squares: 0, products: 0, primary_most: 0 };
    expect(verdictOn(good({ cost: free })).reason).toBe(
      "open: cost; cost stays open, because there is no ratio to a primary that costs nothing: " +
        "set margins.cost: null, or give the primary a price",
    );
  });

  test("looks ahead at latency by what its percentiles would be", () => {
    const none = { low: null, high: null };
    const young = sampleTiming({ pairs: 20, p95_bounds: { primary: none, silent: none } });
    const latency = stateOf("latency", verdictOn(good({ latency: young })));
    expect(latency).toMatchObject({ state: "open", pairs_needed: expect.any(Number) });
    // Where the sides are alike, the first bound there is decides.
    const enough = 20 + (latency?.pairs_needed ?? 0);
    expect([enough - 2, enough].map((pairs) => quantileRanks(pairs, 0.95, P95_ALPHA).high !== null)).toEqual([
      false,
      true,
    ]);
    const slower = Array.from({ length: 200 }, (_, index) => samplePair(index, { silent_ms: 5_000 }));
    const slow = { ...young, silent: { p50: 5_000, p95: 5_000 } };
    const beyond = stateOf("latency", verdictOn(good({ latency: slow, sample: slower })));
    expect(beyond?.pairs_needed).toBeGreaterThan(0);
  });

  test("in one short sentence says what is open and how many more pairs it takes", () => {
    const young = good({
      agreed: { count: 95, of: 100 },
      errors: { both: 0, primary_only: 0, silent_only: 0, neither: 40 },
    });
    const verdict = verdictOn(young);
    const [quality, errors] = [stateOf("quality", verdict), stateOf("errors", verdict)];
    expect(Math.max(quality?.pairs_needed ?? 0, errors?.pairs_needed ?? 0)).toBe(verdict.pairs_needed);
    expect(verdict.reason).toMatch(
      new RegExp(`^open: quality and errors; about ${verdict.pairs_needed} more pairs, (quality|errors) last$`),
    );
  });

  test("rejects for the first criterion beyond its margin, and names the others", () => {
    const errors = { both: 0, primary_only: 0, silent_only: 200, neither: 1_800 };
    const { reason } = verdictOn(good({ agreed: { count: 1_500, of: 2_000 }, errors }));
    expect(reason).toMatch(
      /^answers that differ beyond chance: 20 points so far, at least .*; beyond its margin too: errors$/,
    );
  });
});
