import type { Report } from "@understudy/evaluation";
import { accountSum } from "../figures/account-bar.tsx";
import { criterionName, facingWords, marginFigure, markOf, MARKS, SHORT_UNITS } from "../figures/criterion-words.ts";
import type { Standing } from "../figures/standing.ts";
import { sentence } from "../list/reason.tsx";
import { count, counted, percent } from "../frame/format.ts";

/** For a pull request: the verdict, its criteria and what they rest on, in GitHub's Markdown. */
export function markdownOf(report: Report, { word, after }: Standing, address: string): string {
  const { experiment, verdict, account, warnings } = report;
  const asked = verdict.criteria.filter(({ state }) => state !== "off");
  const lines = asked.map((criterion) => {
    const { margin, unit, pairs, conversations } = criterion;
    const limit = margin === null ? "–" : `${marginFigure(margin, unit)}${SHORT_UNITS[unit]}`;
    const state = `${MARKS[markOf(criterion)]} ${facingWords(criterion) ?? "no bound yet"}`;
    return `| ${criterionName(criterion.name)} | ${state} | ${limit} | ${count(pairs)} | ${count(conversations)} |`;
  });
  const rungs = verdict.rungs.map(({ name, share }) => `${criterionName(name)} (${percent(share)})`);
  return [
    `## ${escaped(experiment.silent)} for ${escaped(experiment.primary)}: ${word}${after === null ? "" : `, ${after}`}`,
    `**${escaped(sentence(verdict.reason))}**`,
    ...warnings.map((warning) => `> ${escaped(warning)}`),
    [
      "| criterion | bound, valid at any look | margin | pairs | conversations |",
      "| --- | --- | --- | --- | --- |",
      ...lines,
    ].join("\n"),
    ...(rungs.length === 0 ? [] : [`Carried by ${rungs.join(", ")}.`]),
    `${accountSum(account)}. ${counted(verdict.conversations, "conversation")}. ${address}`,
  ].join("\n\n");
}

/** Names and messages of others must not become links, images or markup, nor call anybody. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|~#]/g, String.raw`\$&`).replaceAll("@", "@\u200b");
}

/** What does by hand what a rollout ends with: clients keep the name, and the candidate answers under it. */
export function handOverYaml(primary: string, silent: string): string {
  return `router_settings:\n  model_group_alias:\n    ${JSON.stringify(primary)}: ${JSON.stringify(silent)}\n`;
}
