import { everyMetric } from "@understudy/telemetry";
import { expect } from "vitest";

/** Every metric that a process has, with the labels it may carry. */
export function allMetrics(): ReadonlyMap<string, ReadonlySet<string>> {
  return everyMetric().names();
}

/** A histogram is asked for by its parts. */
export const metricOf = (name: string): string => name.replace(/_(?:bucket|sum|count)$/, "");

export interface Query {
  readonly title: string;
  readonly expr: string;
  readonly legendFormat: string;
}

/** Only metrics that exist, and only by labels that they have. */
export function expectKnown({ title, expr, legendFormat }: Query): void {
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
