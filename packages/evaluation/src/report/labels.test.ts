import { expect, test } from "vitest";
import { NO_LABELS, type LabelCell, type LabelEpoch, type LabelEvidence } from "../labels/label.ts";
import { FIRST_GUESS } from "../labels/predictions.ts";
import { labelReport } from "./labels.ts";

function labelled(...cells: readonly LabelCell[]): LabelEpoch {
  return { share: 0.1, predictions: FIRST_GUESS, fitted_on: 0, cells };
}

const evidence = (...epochs: readonly LabelEpoch[]): LabelEvidence => ({
  epochs,
  progress: { drawn: 60, labelled: 50, skipped: 3, overdue: 2, waiting: 5 },
});

const RIGHT: readonly LabelCell[] = [
  { says: "primary", outcome: 1, count: 9 },
  { says: "primary", outcome: 0, count: 2 },
  { says: "same", outcome: 1, count: 1 },
  { says: "same", outcome: 0, count: 38 },
];
const UNDRAWN: readonly LabelCell[] = [
  { says: "primary", outcome: "not_drawn", count: 99 },
  { says: "same", outcome: "not_drawn", count: 351 },
];

test("nobody's labels are no report", () => {
  expect(labelReport(NO_LABELS, false)).toBeNull();
  expect(labelReport(NO_LABELS, true)).toMatchObject({ drawn: 0, saved: null, agreement: { of: 0, value: null } });
});

test("how judge and people agree stands with its interval, and how labels stand with their counts", () => {
  const report = labelReport(evidence(labelled(...RIGHT, ...UNDRAWN)), true);
  expect(report).toMatchObject({
    drawn: 60,
    labelled: 50,
    skipped: 3,
    overdue: 2,
    waiting: 5,
    entered: 500,
    labels: 50,
  });
  expect(report?.agreement).toMatchObject({ count: 47, of: 50, value: 0.94 });
  expect(report?.sensitivity).toMatchObject({ count: 9, of: 10, value: 0.9 });
  expect(report?.specificity).toMatchObject({ count: 38, of: 40, value: 0.95 });
  // Wilson 1927: 38 of 40.
  expect(report?.specificity.low).toBeCloseTo(0.835, 3);
  expect(report?.specificity.high).toBeCloseTo(0.9862, 3);
  expect(report?.table[0]).toEqual({ judge: "primary", primary: 9, same: 2, silent: 0 });
});

test("labels that stand for more pairs weigh more, and their interval is wider", () => {
  const half = { ...labelled({ says: "primary", outcome: 1, count: 20 }), share: 0.5 };
  const report = labelReport(evidence(labelled({ says: "same", outcome: 1, count: 10 }), half), true);
  expect(report?.sensitivity).toMatchObject({ count: 20, of: 30, value: 40 / 140 });
  const [low, high] = [report?.sensitivity.low ?? 0, report?.sensitivity.high ?? 0];
  // Kish's 140² / 1,080 are 18 labels.
  expect(high - low).toBeGreaterThan(0.35);
});

test("a judge that people agree with saves labels, and what is identical or missing is no label", () => {
  const known: readonly LabelCell[] = [
    { says: "identical", outcome: 0, count: 500 },
    { says: "same", outcome: "missing", count: 7 },
  ];
  const report = labelReport(evidence(labelled(...RIGHT, ...UNDRAWN, ...known)), true);
  expect(report?.labels).toBe(50);
  expect(report?.saved).toBeGreaterThan(10);
  expect(report?.note).toBeNull();
});

test("one that tosses a coin saves nothing, and that is said", () => {
  const coin: readonly LabelCell[] = (["primary", "same"] as const).flatMap((says) => [
    { says, outcome: 1, count: 4 },
    { says, outcome: 0, count: 96 },
    { says, outcome: "not_drawn", count: 900 },
  ]);
  const report = labelReport(evidence(labelled(...coin)), true);
  expect(report?.saved).toBeLessThan(20);
  expect(report?.note).toMatch(/^this judge (saves nothing here|costs more labels than it saves): /);
});
