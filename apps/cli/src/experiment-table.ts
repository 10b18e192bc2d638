import type { ExperimentDetail, SideFigures } from "@understudy/store";
import Table from "cli-table3";

/** Every experiment as a table for a terminal: what became of its mirrors, and both sides next to each other. */
export function experimentTables(experiments: readonly ExperimentDetail[]): string {
  if (experiments.length === 0) return "No experiment yet: nothing has been mirrored.";
  return experiments.map(experimentTable).join("\n\n");
}

function experimentTable({ id, primary, silent, counts, sides }: ExperimentDetail): string {
  const table = new Table({ head: ["", `primary: ${primary}`, `silent: ${silent}`], style: { head: [], border: [] } });
  for (const [name, show] of FIGURES) table.push([name, show(sides.primary), show(sides.silent)]);
  const dropped = Object.values(counts.dropped).reduce((sum, count) => sum + count, 0);
  const account =
    `${counts.admitted} admitted = ${counts.paired} paired + ${counts.failed} failed + ${counts.expired} expired` +
    ` + ${dropped} dropped + ${counts.pending} pending`;
  return `Experiment ${id}\n${account}\n${table.toString()}`;
}

type Show = (side: SideFigures) => string;

const FIGURES: readonly (readonly [string, Show])[] = [
  ["calls", (side) => String(side.calls)],
  ["errors", (side) => (side.error_rate === null ? "-" : `${side.errors} (${(side.error_rate * 100).toFixed(1)}%)`)],
  ["latency p50 / p95", (side) => `${ms(side.latency_ms.p50)} / ${ms(side.latency_ms.p95)}`],
  ["first token p50 / p95", (side) => `${ms(side.first_token_ms.p50)} / ${ms(side.first_token_ms.p95)}`],
  ["tokens in / out", (side) => `${side.input_tokens} / ${side.output_tokens} (${side.token_pairs} pairs)`],
  ["cost", (side) => (side.cost_usd === null ? "unknown" : `$${side.cost_usd.toFixed(4)} (${side.cost_pairs} pairs)`)],
];

function ms(value: number | null): string {
  return value === null ? "-" : `${Math.round(value)} ms`;
}
