import { createReport, NO_REVIEWS, type Report, type ReviewEvidence } from "@understudy/evaluation";
import { sampleEvidence } from "@understudy/evaluation/sample";
import { expect, test } from "vitest";
import { asCsv } from "./as-csv.ts";
import { asMarkdown } from "./as-markdown.ts";
import { asTable } from "./as-table.ts";

function reportOf(silent: string, example = "", reviews = NO_REVIEWS): Report {
  const control = sampleEvidence({ agreed: { count: 190, of: 200 } });
  const failures = example === "" ? [] : [{ kind: "server_error", count: 3, example }];
  return createReport({
    experiment: {
      id: `primary~${silent}`,
      primary: "primary",
      silent,
      control: false,
      sampleRate: 1,
      margins: { qualityLoss: 0.05, errorRate: null, p95Latency: null, cost: null },
    },
    account: {
      admitted: 210,
      paired: 200,
      failed: 0,
      expired: 4,
      dropped: { queue_full: 6 },
      lost: 0,
      pending: 0,
      skipped: {},
    },
    evidence: sampleEvidence({ failures, reviews }),
    control,
    now: 0,
    random: () => 0.5,
  });
}

test("a table has the verdict first, then the warnings, then the figures", () => {
  const lines = asTable(reportOf("candidate")).split("\n");
  expect(lines[1]).toMatch(/^(PROMOTE|KEEP WATCHING.*): candidate for primary, 200 pairs; /);
  expect(lines[2]).toBe("! 4.76% of the mirrors have no pair (4 expired, 6 queue_full)");
  expect(lines[3]).toBe("210 admitted = 200 paired + 0 failed + 4 expired + 6 dropped + 0 pending");
  const figure = lines.find((line) => line.includes("disagreement of the control"));
  expect(figure).toContain("5.0% (2.7% to 9.0%)");
});

test("Markdown has the same figures, and nothing of others becomes markup", () => {
  const text = asMarkdown(reportOf("a|b`c<img>[x](http://127.0.0.1:9)"));
  expect(text).toContain("a\\|b\\`c\\<img\\>\\[x\\]");
  expect(text).toContain("| disagreement of the control | 5.0% (2.7% to 9.0%) |");
});

test("CSV has a row for each figure, and no formula", () => {
  const rows = asCsv([
    reportOf("candidate"),
    { ...reportOf("x"), experiment: { ...reportOf("x").experiment, id: "=1+1" } },
  ])
    .trimEnd()
    .split("\n");
  expect(rows[0]).toBe("experiment,figure,value,low,high,unit");
  expect(rows.find((row) => row.startsWith("primary~candidate,cost primary"))).toBe(
    "primary~candidate,cost primary,0.2,,,usd",
  );
  expect(rows.some((row) => row.startsWith("'=1+1,"))).toBe(true);
  expect(rows.some((row) => row.startsWith("="))).toBe(false);
});

test("what a provider says cannot write on the terminal", () => {
  const text = asTable(reportOf("candidate", "\u001b[2Jgone\r\nnext\u202e"));
  expect(text).toContain("[2Jgone next");
  expect(["\u001b", "\r", "\u202e"].filter((character) => text.includes(character))).toEqual([]);
});

test("what judge and embedding model say stands in every format, where somebody asked them", () => {
  const reviews: ReviewEvidence = {
    ...NO_REVIEWS,
    judgements: { prefer_silent: 30, tie: 10, order_dependent: 10 },
    not_judged: { over_budget: 4 },
    judge_cost_usd: 0.5,
    similarity: { pairs: 54, failed: 1, mean: 0.8125, p5: 0.5, p50: 0.8, p95: 1 },
  };
  const report = reportOf("candidate", "", reviews);
  const table = asTable(report).split("\n");
  expect(table.find((line) => line.includes("judge prefers silent"))).toContain("75.0% (");
  expect(table.find((line) => line.includes("similarity mean"))).toContain("0.813");
  expect(table.find((line) => line.startsWith("!") && line.includes("not judged"))).toContain("4 pairs");
  expect(asMarkdown(report)).toContain("| judge order dependent | 20.0% (");
  expect(asCsv([report])).toContain("primary~candidate,cost judge,0.5,,,usd");
  expect(asTable(reportOf("candidate"))).not.toMatch(/judge|similarity/);
});
