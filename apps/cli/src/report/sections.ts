import type { CostReport, Report } from "@understudy/evaluation";
import { figuresOf } from "./figures.ts";
import { criterionCells, figureText, moneyText, msText, percentText, worstText } from "./words.ts";

/** One table of a report, for every format that has tables. Cells are as others wrote them: clean or escape them. */
export interface Section {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function criteriaSection({ verdict }: Report): Section {
  return {
    title: "criteria",
    head: ["criterion", "so far", "bounds at any time", "margin", "state", "more pairs"],
    rows: verdict.criteria.map(criterionCells),
  };
}

/** Both sides next to each other, in the few figures that everybody asks for. */
export function sidesSection(report: Report): Section {
  const { experiment, errors, latency, first_token, cost, list_cost, tokens } = report;
  const both = (times: { p50: number | null; p95: number | null }): string =>
    `${msText(times.p50)} / ${msText(times.p95)}`;
  const share = ({ count, value }: Report["errors"]["primary"]): string =>
    value === null ? "-" : `${count} (${percentText(value)})`;
  const money = (name: string, { primary_usd, silent_usd }: CostReport): readonly string[] => [
    name,
    moneyText(primary_usd),
    moneyText(silent_usd),
  ];
  return {
    title: "both sides",
    head: ["", `primary: ${experiment.primary}`, `silent: ${experiment.silent}`],
    rows: [
      ["errors", share(errors.primary), share(errors.silent)],
      ["latency p50 / p95", both(latency.primary), both(latency.silent)],
      ["first token p50 / p95", both(first_token.primary), both(first_token.silent)],
      [
        "tokens in / out",
        `${tokens.primary_input} / ${tokens.primary_output}`,
        `${tokens.silent_input} / ${tokens.silent_output}`,
      ],
      money("cost", cost),
      money("cost with nothing cached", list_cost),
    ],
  };
}

/** All that the verdict rests on: the figures, the selection, failures by reason, and the worst pairs by each measure. */
export function detailSections(report: Report): readonly Section[] {
  const shownElsewhere = /^(?:account|criterion|mirrored) /;
  const figures: Section = {
    title: "figures",
    head: ["figure", "value (95% interval)"],
    rows: figuresOf(report)
      .filter(({ name }) => !shownElsewhere.test(name))
      .map((figure) => [figure.name, figureText(figure)]),
  };
  return [figures, selectionSection(report), failuresSection(report), worstSection(report)].filter(
    ({ rows }) => rows.length > 0,
  );
}

function selectionSection({ selection, experiment }: Report): Section {
  const { configured_rate, sampled, sample_ratio, strata } = selection;
  const asked = configured_rate === null ? "" : ` (asked for: ${percentText(configured_rate)})`;
  const all = [`all${asked}`, sampled, sample_ratio?.ok === false] as const;
  const kinds = strata.map(({ by, name, share, off }) => [`${by} ${name}`, share, off] as const);
  return {
    title: "selection",
    head: ["requests", "mirrored", "of", ""],
    // A replay's requests are no sample of anything.
    rows: experiment.replay
      ? []
      : [all, ...kinds].map(([name, { value, of }, off]) => [
          name,
          value === null ? "-" : percentText(value),
          String(of),
          off ? "not what was asked for" : "",
        ]),
  };
}

function failuresSection({ errors }: Report): Section {
  return {
    title: "failures of the silent model",
    head: ["failure", "pairs", "newest message"],
    rows: errors.failures.map(({ kind, count, example }) => [kind, String(count), example.slice(0, 100)]),
  };
}

const WORST_SHOWN = 3;

function worstSection({ worst }: Report): Section {
  return {
    title: "worst pairs",
    head: ["worst by", "pair", "value"],
    rows: Object.entries(worst).flatMap(([measure, pairs]) =>
      pairs.slice(0, WORST_SHOWN).map(({ id, value }) => [measure, id, worstText(measure, value)]),
    ),
  };
}
