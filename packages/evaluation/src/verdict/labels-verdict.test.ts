import { describe, expect, test } from "vitest";
import { enterLabels } from "../labels/enter-labels.ts";
import type { JudgedPair, Label, LabelEvidence } from "../labels/label.ts";
import { sampleEvidence, sampleTurn, sampleUnits } from "../evidence.fixture.ts";
import { decideVerdict } from "./decide-verdict.ts";
import { seeded } from "./gambler.fixture.ts";

const PAIRS = 2_000;
const MARGINS = { qualityLoss: 0.05, judge: 0.1, errorRate: null, latency: null, p95Latency: null, cost: null };

/** People find the candidate worse in so many of the answers; the judge says so of so many. */
function labelsOf(loss: number, labels: number): LabelEvidence {
  const random = seeded(3);
  const pairs = Array.from({ length: labels }, (): JudgedPair => {
    const label: Label = random() < loss ? 1 : 0;
    return { says: label === 1 ? "primary" : "same", share: 1, outcome: label };
  });
  const progress = { drawn: labels + 4, labelled: labels, skipped: 0, overdue: 0, waiting: 4 };
  return { epochs: enterLabels([], pairs, MARGINS.judge), progress };
}

function verdictOn(judge: Readonly<Record<number, number>>, labels: LabelEvidence, asked = true) {
  const units = sampleUnits(
    Array.from({ length: PAIRS }, (_, index) => sampleTurn(index, { answer_kind: "long_text" })),
    { higherRung: true },
  );
  const shapes = Object.entries(judge).flatMap(([value, count]) =>
    (["judge", "judge_low"] as const).map((criterion) => ({
      criterion,
      kind: "",
      turns: 1,
      sum: Number(value),
      control: 0,
      count,
    })),
  );
  const standings = { measured: PAIRS, silent_failed: 0, our_fault: 0, primary_failed: 0, not_comparable: 0 };
  return decideVerdict({
    evidence: sampleEvidence({
      pairs: PAIRS,
      comparable: PAIRS,
      standings,
      units: { ...units, shapes: [...units.shapes, ...shapes] },
      labels,
    }),
    margins: MARGINS,
    asked: { judge: true, labels: asked },
    candidates: 1,
    minimumSpanMs: 0,
    account: { admitted: PAIRS, paired: PAIRS, failed: 0, expired: 0, dropped: {}, lost: 0, pending: 0, skipped: {} },
    selection: {
      configured_rate: 1,
      sampled: { count: PAIRS, of: PAIRS, value: 1, low: 1, high: 1 },
      ok: true,
      sample_ratio: { p: 1, ok: true },
      strata: [],
    },
    isControl: false,
  });
}

const CONTENT = { "0": 900, "1": 5 };
const TORN = { "0": 50, "1": 5 };
const AGAINST = { "0": 100, "1": 300 };

describe("where people are asked", () => {
  test("a judge that is content promotes provisionally, and says what people have to show", () => {
    const verdict = verdictOn(CONTENT, labelsOf(0, 20));
    expect(verdict).toMatchObject({ decision: "promote_provisional", blocks: [] });
    expect(verdict.reason).toMatch(
      /^within the margins of checks and judge; people have not shown it yet: labels has 20 labels; about \d+ more, and 4 pairs wait for one$/,
    );
    expect(verdict.pairs_needed).toBeGreaterThan(0);
    expect(verdictOn(CONTENT, labelsOf(0, 0)).decision).toBe("promote_provisional");
    expect(verdictOn(CONTENT, labelsOf(0, 20), false).decision).toBe("promote");
  });

  test("people who find the answers as good promote", () => {
    const verdict = verdictOn(CONTENT, labelsOf(0.01, 300));
    expect(verdict).toMatchObject({ decision: "promote", pairs_needed: 0 });
    expect(verdict.rungs).toEqual([
      { name: "checks", share: 1 },
      { name: "judge", share: 1 },
      { name: "labels", share: 1 },
    ]);
  });

  test("people who find them worse reject, whatever the judge says", () => {
    const verdict = verdictOn(CONTENT, labelsOf(0.5, 300));
    expect(verdict.decision).toBe("reject");
    expect(verdict.reason).toContain("answers that people prefer the primary's to, net");
  });

  test("people decide where the judge is torn, or against it", () => {
    expect(verdictOn(TORN, labelsOf(0.01, 300)).decision).toBe("promote");
    expect(verdictOn(AGAINST, labelsOf(0.01, 300))).toMatchObject({
      decision: "promote",
      reason: "within the margins of checks and labels",
    });
  });

  test("nobody is promoted, provisionally neither, while the judge is torn and people have not decided", () => {
    expect(verdictOn(TORN, labelsOf(0, 20)).decision).toBe("keep_watching");
    expect(verdictOn({}, labelsOf(0, 20)).decision).toBe("keep_watching");
  });

  test("a judge that is against it rejects until people have decided otherwise", () => {
    expect(verdictOn(AGAINST, labelsOf(0, 20)).decision).toBe("reject");
  });
});
