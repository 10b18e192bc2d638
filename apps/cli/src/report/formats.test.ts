import { createReport, NO_REVIEWS, type Report, type ReviewEvidence } from "@understudy/evaluation";
import { sampleEvidence } from "@understudy/evaluation/fixture";
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
      margins: { qualityLoss: 0.05, judge: null, errorRate: null, latency: null, p95Latency: null, cost: null },
      asked: { judge: false, labels: false },
      candidates: 1,
      minimumSpanMs: 0,
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
  expect(lines[3]).toBe("210 admitted = 200 paired + 0 failed + 4 expired + 6 dropped (6 queue_full) + 0 pending");
  const figure = lines.find((line) => line.includes("disagreement of the control"));
  expect(figure).toContain("5.0% (2.7% to 9.0%)");
});

test("where the selection is off the warnings come before the verdict", () => {
  const report = reportOf("candidate");
  const off = { ...report, selection: { ...report.selection, ok: false } };
  expect(asTable(off).split("\n").slice(1, 3)).toEqual([
    "! 4.76% of the mirrors have no pair (4 expired, 6 queue_full)",
    expect.stringMatching(/^[A-Z ]+: candidate for primary/),
  ]);
  expect(asMarkdown(off).indexOf("of the mirrors have no pair")).toBeLessThan(asMarkdown(off).indexOf("candidate for"));
});

test("a control is called one, and what a bound holds under stands below the criteria", () => {
  const report = reportOf("candidate");
  const control = { ...report, experiment: { ...report.experiment, control: true } };
  expect(asTable(control).split("\n")[1]).toMatch(/^CONTROL: primary with itself, 200 pairs; /);
  const [quality] = report.verdict.criteria;
  if (quality === undefined) throw new Error("there is no criterion");
  const noted = { ...report.verdict, criteria: [{ ...quality, note: "holds if it does" }] };
  expect(asTable({ ...report, verdict: noted }).split("\n")).toContain("checks holds if it does");
});

test("selection, failures and worst pairs stand in tables and in Markdown", () => {
  const base = reportOf("candidate", "upstream is | down");
  const share = { count: 60, of: 100, value: 0.6, low: 0.5, high: 0.69 };
  const stratum = { by: "size", name: "over 64 KB", admitted: 100, requests: 100, share, off: true };
  const report = {
    ...base,
    selection: { ...base.selection, strata: [stratum] },
    worst: { ...base.worst, slower: [{ id: "pair_1", value: 1_234.5, more: 6 }] },
  };
  const table = asTable(report).split("\n");
  const cells = (line: string | undefined) => line?.split("│").map((cell) => cell.trim());
  expect(cells(table.find((line) => line.includes("over 64 KB")))).toEqual([
    "",
    "size over 64 KB",
    "60.0%",
    "100",
    "not what was asked for",
    "",
  ]);
  expect(cells(table.find((line) => line.includes("server_error")))?.slice(2, 4)).toEqual(["3", "upstream is | down"]);
  expect(cells(table.find((line) => line.includes("pair_1")))?.slice(1, 4)).toEqual([
    "slower",
    "pair_1",
    "+1235 ms, and 6 more of its prompt",
  ]);
  const markdown = asMarkdown(report);
  expect(markdown).toContain("| slower | pair\\_1 | +1235 ms, and 6 more of its prompt |");
  expect(markdown).toContain("| server\\_error | 3 | upstream is \\| down |");
  expect(asCsv([report])).toContain('"failure, server_error",3,,,pairs');
  expect(asCsv([report])).toContain("mirrored size over 64 KB,0.6,0.5,0.69,rate");
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

test("what it cost, as billed and with nothing cached, stands in every format", () => {
  const report = reportOf("candidate");
  const table = asTable(report).split("\n");
  // As billed, the criterion has the interval: one quantity has one.
  expect(table.find((line) => line.includes("│ cost ratio "))).toMatch(/│ 1 x +│/);
  expect(asMarkdown(report)).toContain("| cost ratio | 1 x |");
  expect(asCsv([report])).toContain("candidate,cost ratio,1,,,times");
  expect(table.find((line) => line.includes("│ list cost ratio "))).toContain("1 x (1 x to 1 x)");
  expect(asMarkdown(report)).toContain("| list cost ratio | 1 x (1 x to 1 x) |");
  expect(asCsv([report])).toContain("candidate,list cost ratio,1,1,1,times");
});

test("each criterion says what it rests on, and what is asymptotic stands apart and decides nothing", () => {
  const report = reportOf("candidate");
  const table = asTable(report).split("\n");
  expect(table.find((line) => line.includes("rests on"))).not.toContain("asymptotic");
  expect(table.find((line) => line.includes("│ checks "))).toContain("│ 200 pairs");
  const [first, ...others] = report.verdict.criteria;
  if (first === undefined) throw new Error("there is no criterion");
  const cost = { ...first, unit: "ratio", asymptotic: { low: 0.7, high: 0.9 }, conversations: 50, share: 0.6 } as const;
  const criteria = [{ ...cost, name: "cost" as const, state: "open" as const }, ...others];
  const lines = asTable({ ...report, verdict: { ...report.verdict, criteria } }).split("\n");
  expect(lines.find((line) => line.includes("rests on"))).toContain("asymptotic (decides nothing)");
  const row = lines.find((line) => line.startsWith("│ cost "));
  expect(row).toContain("0.7 x to 0.9 x");
  expect(row).toContain("200 pairs in 50 conversations, speaks for 60.0%");
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

test("how alike embeddings rank stands in the figures, where there are any", () => {
  const report = reportOf("candidate");
  expect(asTable(report)).not.toContain("rank correlation");
  const rank_correlation = { mean: 0.8125, p5: -0.25, p50: 0.875 };
  const vectors = { pairs: 90, rank_correlation, same_nearest: { mean: 0.75 } };
  const ranked = { ...report, quality: { ...report.quality, vectors } };
  const table = asTable(ranked).split("\n");
  expect(table.find((line) => line.includes("rank correlation p5 "))).toContain("-0.250");
  expect(table.find((line) => line.includes("same nearest neighbour"))).toContain("75.0%");
  expect(asCsv([ranked])).toContain("rank correlation mean,0.8125");
});
