import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { allMetrics, expectKnown, metricOf } from "./support/known-metrics.ts";

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

const { panels } = JSON.parse(readFileSync("deploy/grafana/understudy.json", "utf8")) as { panels: readonly Panel[] };
const queries = panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr, legendFormat }) => ({ title, expr, legendFormat })),
);

test("the dashboard asks only for metrics that exist, and only by labels that they have", () => {
  expect(queries.length).toBeGreaterThan(20);
  for (const query of queries) expectKnown(query);
});

test("so do the queries in docs/logging.md, and what it names is there", () => {
  const page = readFileSync("docs/logging.md", "utf8");
  const written = [...page.matchAll(/^# (.+)\n(\S.+)$/gm)].filter(([, , expr = ""]) => expr.includes("understudy_"));
  expect(written).toHaveLength(5);
  for (const [, title = "", expr = ""] of written) expectKnown({ title, expr, legendFormat: "" });
  const known = allMetrics();
  const named = [...page.matchAll(/`(understudy_\w+)/g)].map(([, name = ""]) => name);
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});

test("the dashboard shows every metric there is", () => {
  const shown = new Set(
    queries.flatMap(({ expr }) => [...expr.matchAll(/understudy_\w+/g)].map(([name]) => metricOf(name))),
  );
  expect([...allMetrics().keys()].filter((name) => !shown.has(name))).toEqual([]);
});
