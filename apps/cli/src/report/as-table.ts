import type { Report } from "@understudy/evaluation";
import Table from "cli-table3";
import { coloured } from "./colour.ts";
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
    ...lines.map(({ text, warns }) => (warns ? `! ${text}` : withColour(text, report))),
    accountLine(report),
    ...criteria,
    drawn(sidesSection(report)),
  ].join("\n");
}

/** The verdict's word alone, which begins the line. */
function withColour(text: string, { verdict, experiment }: Report): string {
  const [word = "", ...rest] = text.split(":");
  return experiment.control ? text : [coloured(word, verdict.decision), ...rest].join(":");
}

function drawn({ head, rows }: Section): string {
  return tableOf(
    head.map(clean),
    rows.map((row) => row.map(clean)),
  );
}

/** What a line of the terminal holds; what is no terminal takes any. */
const columnsOfTerminal = (): number => (process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY);

/** A table; on a terminal that is too narrow for it, a paragraph for each of its rows. */
export function tableOf(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number = columnsOfTerminal(),
): string {
  const table = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
  for (const row of rows) table.push([...row]);
  const text = table.toString();
  return (text.split("\n")[0]?.length ?? 0) <= columns ? text : rows.map((row) => paragraphOf(head, row)).join("\n");
}

function paragraphOf([first = "", ...others]: readonly string[], [title = "", ...cells]: readonly string[]): string {
  const lines = cells.map((cell, index) => `  ${others[index] ?? ""}: ${cell}`);
  return [first === "" ? title : `${first} ${title}`, ...lines].join("\n");
}
