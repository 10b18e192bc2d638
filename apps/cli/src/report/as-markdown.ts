import type { Report } from "@understudy/evaluation";
import { figuresOf } from "./figures.ts";
import { accountLine, clean, criterionCells, figureText, verdictLine } from "./words.ts";

/** For a pull request: headings and tables in GitHub's Markdown. */
export function asMarkdown(report: Report): string {
  const figures = figuresOf(report).filter(({ name }) => !name.startsWith("criterion "));
  return [
    `## ${escaped(report.experiment.id)}`,
    `**${escaped(verdictLine(report))}**`,
    ...report.warnings.map((warning) => `> ${escaped(warning)}`),
    accountLine(report),
    tableOf(
      ["criterion", "so far", "bounds at any time", "margin", "state"],
      report.verdict.criteria.map(criterionCells),
    ),
    tableOf(
      ["figure", "value (95% interval)"],
      figures.map((figure) => [figure.name, figureText(figure)]),
    ),
  ].join("\n\n");
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Names and messages of others must not become links, images or markup. */
function escaped(text: string): string {
  return clean(text).replaceAll(/[\\`*_[\]<>|~#]/g, String.raw`\$&`);
}
