import { readFileSync } from "node:fs";
import { createMetrics } from "@understudy/telemetry";
import { expect, test } from "vitest";

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

const { panels } = JSON.parse(readFileSync("deploy/grafana/understudy.json", "utf8")) as { panels: readonly Panel[] };
const queries = panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr, legendFormat }) => ({ title, expr, legendFormat })),
);

/** Every metric that a process has, with the labels it may carry. */
function allMetrics(): ReadonlyMap<string, ReadonlySet<string>> {
  const metrics = createMetrics({ service: "worker", defaultMetrics: false });
  metrics.sinkStates(() => []);
  metrics.spoolBytes(() => new Map());
  metrics.backgroundFailures(() => 0);
  return metrics.names();
}

/** A histogram is asked for by its parts. */
const metricOf = (name: string): string => name.replace(/_(?:bucket|sum|count)$/, "");

interface Query {
  readonly title: string;
  readonly expr: string;
  readonly legendFormat: string;
}

/** Only metrics that exist, and only by labels that they have. */
function expectKnown({ title, expr, legendFormat }: Query): void {
  const known = allMetrics();
  const named = [...expr.matchAll(/understudy_\w+/g)].map(([name]) => metricOf(name));
  expect(
    named.filter((name) => !known.has(name)),
    title,
  ).toEqual([]);
  const labels = new Set(named.flatMap((name) => [...(known.get(name) ?? [])]));
  const asked = [
    ...[...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = ""]) => list.split(",").map((label) => label.trim())),
    ...[...expr.matchAll(/(\w+)(?:=|!=|=~|!~)"/g)].map(([, label = ""]) => label),
    ...[...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = ""]) => label),
  ];
  expect(
    asked.filter((label) => label !== "le" && !labels.has(label)),
    title,
  ).toEqual([]);
}

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
