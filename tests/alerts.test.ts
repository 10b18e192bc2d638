import { findProgram, spawnProcess, stopAll } from "@understudy/testkit";
import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { parse } from "yaml";
import { expectKnown } from "./support/known-metrics.ts";

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly runbook: string };
}

const FILE = "deploy/prometheus/alerts.yaml";
const { groups } = parse(readFileSync(FILE, "utf8")) as { groups: readonly { rules: readonly Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);

afterAll(stopAll);

test("each alert asks only for metrics that exist, and only by labels that they have", () => {
  expect(rules.length).toBeGreaterThan(5);
  for (const { alert, expr } of rules) expectKnown({ title: alert, expr, legendFormat: "" });
});

test("each alert has its part in docs/operations.md", () => {
  const page = readFileSync("docs/operations.md", "utf8");
  const titles = [...page.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) => title.toLowerCase().replaceAll(" ", "-"));
  const anchors = rules.map(({ annotations: { runbook } }) => /^docs\/operations\.md#(.+)$/.exec(runbook)?.[1]);
  expect(anchors.filter((anchor) => !titles.includes(anchor ?? ""))).toEqual([]);
});

const promtool = findProgram("promtool");
test.skipIf(promtool === null)("Prometheus itself tells them when it should, and not else", async () => {
  const ran = spawnProcess(promtool ?? "", ["test", "rules", "deploy/prometheus/alerts.test.yaml"]);
  expect(await ran.exit, ran.stderr()).toEqual({ code: 0, signal: null });
});

test.skipIf(promtool === null)("Prometheus takes the configuration that compose gives it", async () => {
  const ran = spawnProcess(promtool ?? "", ["check", "config", "deploy/prometheus/prometheus.yaml"]);
  expect(await ran.exit, ran.stderr()).toEqual({ code: 0, signal: null });
});
