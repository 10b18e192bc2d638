import type { Report } from "@understudy/evaluation";
import Table from "cli-table3";
import { figuresOf } from "./figures.ts";
import { accountLine, clean, criterionCells, figureText, verdictLine } from "./words.ts";

/** For a terminal: the verdict, what must be known before any figure, the criteria, and then all the figures. */
export function asTable(report: Report): string {
  return [
    asShortTable(report),
    tableOf(
      ["figure", "value (95% interval)"],
      figuresOf(report)
        .filter(({ name }) => !name.startsWith("account ") && !name.startsWith("criterion "))
        .map((figure) => [figure.name, figureText(figure)]),
    ),
    ...failures(report),
    ...worst(report),
  ].join("\n");
}

/** The verdict, the warnings, the account and the criteria. */
export function asShortTable(report: Report): string {
  return [
    `Experiment ${clean(report.experiment.id)}`,
    verdictLine(report),
    ...report.warnings.map((warning) => `! ${clean(warning)}`),
    accountLine(report),
    tableOf(
      ["criterion", "so far", "bounds at any time", "margin", "state"],
      report.verdict.criteria.map(criterionCells),
    ),
  ].join("\n");
}

/** Both sides next to each other, in the few figures that everybody asks for. */
export function sidesTable({ experiment, errors, latency, first_token, cost, tokens }: Report): string {
  const ms = (value: number | null): string => (value === null ? "-" : `${Math.round(value)} ms`);
  const both = (times: { p50: number | null; p95: number | null }): string => `${ms(times.p50)} / ${ms(times.p95)}`;
  const usd = (value: number | null): string => (value === null ? "unknown" : `$${value.toFixed(4)}`);
  const share = ({ count, value }: Report["errors"]["primary"]): string =>
    value === null ? "-" : `${count} (${(value * 100).toFixed(1)}%)`;
  return tableOf(
    ["", `primary: ${clean(experiment.primary)}`, `silent: ${clean(experiment.silent)}`],
    [
      ["errors", share(errors.primary), share(errors.silent)],
      ["latency p50 / p95", both(latency.primary), both(latency.silent)],
      ["first token p50 / p95", both(first_token.primary), both(first_token.silent)],
      [
        "tokens in / out",
        `${tokens.primary_input} / ${tokens.primary_output}`,
        `${tokens.silent_input} / ${tokens.silent_output}`,
      ],
      ["cost", usd(cost.primary_usd), usd(cost.silent_usd)],
    ],
  );
}

function failures({ errors }: Report): readonly string[] {
  if (errors.failures.length === 0) return [];
  const rows = errors.failures.map(({ kind, count, example }) => [kind, String(count), clean(example).slice(0, 100)]);
  return [tableOf(["failure of the silent model", "pairs", "newest message"], rows)];
}

function worst(report: Report): readonly string[] {
  const rows = Object.entries(report.worst).flatMap(([measure, pairs]) =>
    pairs.slice(0, 3).map(({ id, value }) => [measure, id, String(Number(value.toPrecision(3)))]),
  );
  return rows.length === 0 ? [] : [tableOf(["worst by", "pair", "value"], rows)];
}

export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({ head: [...head], style: { head: [], border: [] } });
  for (const row of rows) table.push([...row]);
  return table.toString();
}
