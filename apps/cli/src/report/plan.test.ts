import { createPlan, createReport, planBeforeTraffic, readPlanAsked } from "@understudy/evaluation";
import { sampleEvidence } from "@understudy/evaluation/fixture";
import { expect, test } from "vitest";
import { asPlan } from "./as-plan.ts";

const report = createReport({
  experiment: {
    id: "primary~candidate",
    primary: "primary",
    silent: "candidate",
    control: false,
    sampleRate: 1,
    margins: { qualityLoss: 0.05, judge: 0.1, errorRate: 0.02, latency: null, p95Latency: null, cost: 1.1 },
    asked: { judge: false, labels: false },
    candidates: 1,
    minimumSpanMs: 86_400_000,
  },
  account: { admitted: 200, paired: 200, failed: 0, expired: 0, dropped: {}, lost: 0, pending: 0, skipped: {} },
  evidence: sampleEvidence(),
  control: null,
  now: 0,
  random: () => 0.5,
});

const before = { margins: { qualityLoss: 0.05, judge: 0.1 }, minimumSpanDays: 1 };

test("a plan has what it takes in one line, then each requirement, and what it rests on, within 80 columns", () => {
  const lines = asPlan([createPlan(report, { floor: 0.2, overlap: 0.3, pairs_a_day: 10_000 })]).split("\n");
  expect(lines[0]).toBe("Plan for primary~candidate");
  expect(lines[1]).toMatch(/^About [\d,]+ pairs \([\d,]+ to [\d,]+\), 1 days? \(1 to 1\), \$/);
  expect(lines.join("\n")).toContain("differ by chance: 20.0% (as asked), overlap 0.30 (as asked)");
  expect(lines.find((line) => line.includes("likeness within 5 points"))).toContain("881");
  expect(lines.find((line) => line.includes("* takes longest"))).toBeDefined();
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
});

test("what would never do is said instead of a number", () => {
  const text = asPlan([createPlan(report, { floor: 0.9 })]);
  expect(text).toContain("Never: likeness cannot tell");
  expect(text).not.toContain("About");
});

test("before any traffic there is a row for each kind of answer", () => {
  const lines = asPlan(planBeforeTraffic({}, before)).split("\n");
  expect(lines.find((line) => line.includes("tool calls and JSON"))).toContain("│ 146   │ 103 to 263");
  const never = asPlan(planBeforeTraffic({ floor: 0.9 }, before));
  expect(never.replaceAll("\n", " ")).toContain(
    "these answers: likeness cannot tell: the primary agrees with itself in 10%",
  );
  for (const line of [...lines, ...never.split("\n")]) expect(line.length).toBeLessThanOrEqual(80);
});

test.each([
  [{ margin: "5" }, "margin must be a fraction from 0.001 to 0.5: 0.05 is five points"],
  [{ margin: "five" }, "margin must be a fraction"],
  [{ floor: "-0.1" }, "floor must be a share from 0 to 1"],
  [{ candidates: "1.5" }, "candidates must be a whole number"],
  [{ overlap: ["0.1", "0.2"] }, "overlap must be a correlation"],
])("%j is told what to write instead", (texts, message) => {
  expect(() => readPlanAsked(texts)).toThrow(message);
});
