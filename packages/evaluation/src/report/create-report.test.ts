import { describe, expect, test } from "vitest";
import { sampleEvidence, samplePair } from "../evidence.fixture.ts";
import { createReport, type ReportInput } from "./create-report.ts";

const MARGINS = { qualityLoss: 0.05, judge: 0.1, errorRate: 0.02, latency: 1.2, p95Latency: 1.2, cost: 1.1 };

const KEY = {
  id: "a~b",
  primary: "a",
  silent: "b",
  control: false,
  margins: MARGINS,
  asked: { judge: false, labels: false },
  candidates: 1,
  minimumSpanMs: 0,
};

function reportOn(changes: Partial<ReportInput> = {}, sampleRate: number | null = 1) {
  let state = 1;
  return createReport({
    experiment: { ...KEY, sampleRate },
    account: { admitted: 200, paired: 200, failed: 0, expired: 0, dropped: {}, lost: 0, pending: 0, skipped: {} },
    evidence: sampleEvidence(),
    control: null,
    now: 1_000,
    random: () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647,
    ...changes,
  });
}

describe("a report", () => {
  test("tells rates with their intervals", () => {
    const { quality, errors } = reportOn({
      evidence: sampleEvidence({
        agreed: { count: 182, of: 263 },
        errors: { both: 1, primary_only: 2, silent_only: 7, neither: 190 },
      }),
    });
    // Newcombe 1998: 81 of 263.
    expect(quality.disagreement.low).toBeCloseTo(0.2553, 4);
    expect(quality.disagreement.high).toBeCloseTo(0.3662, 4);
    expect([errors.primary.count, errors.silent.count, errors.silent.of]).toEqual([3, 8, 200]);
    // 2 against 7 of 9: twice the binomial tail, less half the point itself.
    expect(errors.p).toBeCloseTo(0.109375, 6);
  });

  test("takes differences from the sample and the cost's ratio from all pairs", () => {
    const sample = Array.from({ length: 200 }, (_, index) => {
      const pair = samplePair(index);
      return { ...pair, silent_ms: (pair.primary_ms ?? 0) + 50, silent_cost_usd: 0.0005 };
    });
    const cost = { ...sampleEvidence().cost, silent: 0.12 };
    const report = reportOn({ evidence: sampleEvidence({ sample, cost }) });
    expect(report.latency.difference_p50.value).toBeCloseTo(50, 6);
    expect(report.latency.difference_p50.low).toBeLessThanOrEqual(50);
    expect(report.latency.p).toBeLessThan(0.001);
    expect(report.cost.ratio.value).toBeCloseTo(0.6, 9);
    // The criterion has the interval that decides.
    expect(report.cost.ratio.low).toBeNull();
    // As though nothing had been cached, both cost the same.
    expect(report.list_cost).toEqual({ pairs: 200, primary_usd: 0.2, silent_usd: 0.2, ratio: expect.anything() });
    expect(report.list_cost.ratio).toMatchObject({ value: 1, low: 1, high: 1 });
    const [first] = report.secondary.filter(({ name }) => name === "latency");
    expect(first?.p_holm).toBeGreaterThanOrEqual(first?.p ?? 1);
  });

  test("shows the candidate's disagreement beside the control's", () => {
    const control = sampleEvidence({ agreed: { count: 190, of: 200 } });
    expect(reportOn({ control }).quality.floor?.value).toBeCloseTo(0.05, 9);
    expect(reportOn().quality.floor).toBeNull();
  });

  test("of no pairs has no figures, and says so", () => {
    const none = { count: 0, of: 0 };
    const evidence = sampleEvidence({
      pairs: 0,
      comparable: 0,
      agreed: none,
      errors: { both: 0, primary_only: 0, silent_only: 0, neither: 0 },
      cost: {
        pairs: 0,
        primary: 0,
        silent: 0,
        primary_squares: 0,
        silent_squares: 0,
        products: 0,
        primary_most: 0,
        silent_most: 0,
      },
      list_cost: { pairs: 0, primary: 0, silent: 0 },
      sample: [],
    });
    const report = reportOn({ evidence });
    expect(report.verdict.decision).toBe("keep_watching");
    expect(report.quality.disagreement.value).toBeNull();
    expect(report.errors.p).toBeNull();
    for (const cost of [report.cost, report.list_cost]) {
      expect(cost).toMatchObject({ primary_usd: null, ratio: { value: null } });
    }
    expect(report.secondary).toEqual([]);
  });
});

describe("a replay", () => {
  const key = { ...KEY, id: "a~b~replay", sampleRate: 0.1 };

  test("is marked, says first what it does not show, and has no sample-ratio check", () => {
    const { experiment, warnings, selection } = reportOn({ experiment: { ...key, replay: true } });
    expect(experiment.replay).toBe(true);
    expect(warnings[0]).toContain("latency is compared across times");
    expect(selection.sample_ratio).toBeNull();
    const live = reportOn({ experiment: key });
    expect([live.experiment.replay, live.selection.sample_ratio?.ok]).toEqual([false, false]);
    expect(live.warnings.join()).not.toContain("replay");
  });
});

describe("warnings come first", () => {
  const account = { admitted: 300, paired: 300, failed: 0, expired: 0, dropped: {}, lost: 0, pending: 0, skipped: {} };

  test("when the mirrored share is not what was asked for", () => {
    const skipped = { not_sampled: 700 };
    expect(reportOn({ account: { ...account, skipped } }, 0.3).warnings.join()).not.toContain("fair sample");
    const [warning] = reportOn({ account: { ...account, skipped } }, 0.4).warnings;
    const off = reportOn({ account: { ...account, skipped } }, 0.4).selection;
    expect([off.ok, reportOn({ account: { ...account, skipped } }, 0.3).selection.ok]).toEqual([false, true]);
    expect(warning).toContain("30% of the requests were mirrored and 40% were asked for");
  });

  test("when one kind of request is missing", () => {
    const strata = [
      { by: "size", name: "over 64 KB", admitted: 100, not_sampled: 0, dropped: 40 },
      { by: "size", name: "under 1 KB", admitted: 200, not_sampled: 0, dropped: 0 },
    ];
    const report = reportOn({ account, evidence: sampleEvidence({ strata }) });
    expect(report.selection.strata.map(({ off }) => off)).toEqual([true, false]);
    expect(report.selection.ok).toBe(false);
    expect(report.warnings[0]).toContain("size over 64 KB (60%)");
  });

  test("when mirrors were lost, pairs cannot be compared, or the control is missing", () => {
    const evidence = sampleEvidence({ comparable: 100, not_comparable: { parameters_changed: 100 } });
    const lost = { ...account, expired: 5, dropped: { queue_full: 15 } };
    const { warnings } = reportOn({ account: lost, evidence });
    expect(warnings).toEqual([
      "6.67% of the mirrors have no pair (5 expired, 15 queue_full)",
      "50% of the pairs cannot be compared (100 parameters_changed)",
      expect.stringContaining("without a control"),
    ]);
  });

  test("and there are none when all is well", () => {
    expect(reportOn({ control: sampleEvidence() }).warnings).toEqual([]);
  });
});
