import type { Report } from "@understudy/evaluation";
import { stringify } from "csv-stringify/sync";
import { figuresOf } from "./figures.ts";

/** One row for each experiment and figure. A cell that a spreadsheet would take for a formula is escaped. */
export function asCsv(reports: readonly Report[]): string {
  const rows = reports.flatMap((report) => [
    [report.experiment.id, "verdict", report.verdict.decision, "", "", ""],
    [report.experiment.id, "verdict reason", report.verdict.reason, "", "", ""],
    ...report.warnings.map((warning) => [report.experiment.id, "warning", warning, "", "", ""]),
    ...figuresOf(report).map(({ name, value, low, high, unit }) => [
      report.experiment.id,
      name,
      value,
      low,
      high,
      unit,
    ]),
    ...report.errors.failures.map(({ kind, count }) => [
      report.experiment.id,
      `failure, ${kind}`,
      count,
      "",
      "",
      "pairs",
    ]),
  ]);
  // Numbers stay numbers: a negative one is no formula.
  const cell = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
  return stringify([["experiment", "figure", "value", "low", "high", "unit"], ...rows], { cast: { string: cell } });
}
