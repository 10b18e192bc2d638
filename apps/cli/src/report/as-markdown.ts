import type { Report } from "@understudy/evaluation";
import { criteriaSection, detailSections, type Section, sidesSection } from "./sections.ts";
import { accountLine, clean, opening } from "./words.ts";

/** For a pull request: headings and tables in GitHub's Markdown; what is long is folded. */
export function asMarkdown(report: Report): string {
  const { lines, notes } = opening(report);
  const criteria = report.experiment.control ? [] : [tableOf(criteriaSection(report)), ...notes.map(escaped)];
  return [
    `## ${escaped(report.experiment.id)}`,
    ...lines.map(({ text, warns }) => (warns ? `> ${escaped(text)}` : `**${escaped(text)}**`)),
    accountLine(report),
    ...criteria,
    tableOf(sidesSection(report)),
    ...detailSections(report).map(folded),
  ].join("\n\n");
}

function folded(section: Section): string {
  return `<details><summary>${section.title}</summary>\n\n${tableOf(section)}\n\n</details>`;
}

function tableOf({ head, rows }: Section): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Names and messages of others must not become links, images or markup, nor call anybody. */
function escaped(text: string): string {
  return clean(text)
    .replaceAll(/[\\`*_[\]<>|~#]/g, String.raw`\$&`)
    .replaceAll("@", "@\u200b");
}
