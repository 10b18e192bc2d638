import type { Report } from "@understudy/evaluation";
import Table from "cli-table3";
import { criteriaSection, detailSections, type Section, sidesSection } from "./sections.ts";
import { accountLine, clean, opening } from "./words.ts";

/** For a terminal: the verdict, what must be known before any figure, the criteria, and then all the figures. */
export function asTable(report: Report): string {
  return [asShortTable(report), ...detailSections(report).map(drawn)].join("\n");
}

/** The verdict, the warnings, the account, the criteria, and both sides. A control is asked nothing, so it has no criteria. */
export function asShortTable(report: Report): string {
  const { lines, notes } = opening(report);
  const criteria = report.experiment.control ? [] : [drawn(criteriaSection(report)), ...notes];
  return [
    `Experiment ${clean(report.experiment.id)}`,
    ...lines.map(({ text, warns }) => (warns ? `! ${text}` : text)),
    accountLine(report),
    ...criteria,
    drawn(sidesSection(report)),
  ].join("\n");
}

function drawn({ head, rows }: Section): string {
  return tableOf(
    head.map(clean),
    rows.map((row) => row.map(clean)),
  );
}

export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
  for (const row of rows) table.push([...row]);
  return table.toString();
}
