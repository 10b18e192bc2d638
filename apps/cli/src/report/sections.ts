import type { CostReport, Criterion, Report } from "@understudy/evaluation";
import { figuresOf } from "./figures.ts";
import { asymptoticCell, criterionCells, figureText, moneyText, msText, percentText, worstText } from "./words.ts";

/** One table of a report, for every format that has tables. Cells are as others wrote them: clean or escape them. */
export interface Section {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function criteriaSection({ verdict }: Report): Section {
  const asked = verdict.criteria.filter(({ state }) => state !== "off");
  const anyAsymptotic = asked.some(({ asymptotic }) => asymptotic !== null);
  const beside = (criterion: Criterion): readonly string[] => (anyAsymptotic ? [asymptoticCell(criterion)] : []);
  return {
    title: "criteria",
    head: [
      "criterion",
      "so far",
      "bounds at any time",
      "margin",
      "state",
      "more pairs",
      "rests on",
      ...(anyAsymptotic ? ["asymptotic (decides nothing)"] : []),
    ],
    rows: asked.map((criterion) => [...criterionCells(criterion), ...beside(criterion)]),
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
      [`latency p50 / p95${partOf(latency)}`, both(latency.primary), both(latency.silent)],
      [`first token p50 / p95${partOf(first_token)}`, both(first_token.primary), both(first_token.silent)],
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

function partOf({ pairs, taken_from }: Report["latency"]): string {
  return taken_from < pairs ? ` (of ${taken_from} in ${pairs} pairs)` : "";
}

/** All that the verdict rests on: the figures, the selection, failures by reason, and the worst pairs by each measure. */
export function detailSections(report: Report): readonly Section[] {
  const shownElsewhere = /^(?:account|criterion|mirrored) /;
  const figures: Section = {
    title: "figures",
    head: ["figure", `value (95% interval for one look; bootstrap of ${report.sampled_pairs} pairs)`],
    rows: figuresOf(report)
      .filter(({ name }) => !shownElsewhere.test(name))
      .map((figure) => [figure.name, figureText(figure)]),
  };
  return [
    figures,
    kindsSection(report),
    labelsSection(report),
    selectionSection(report),
    failuresSection(report),
    worstSection(report),
  ].filter(({ rows }) => rows.length > 0);
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

function kindsSection({ verdict }: Report): Section {
  return {
    title: "kinds of request",
    head: ["kind", "share", "conversations", "loses", "state"],
    rows: verdict.kinds.map(({ name, share, conversations, loss, state }) => [
      name,
      percentText(share),
      String(conversations),
      loss === null ? "-" : percentText(loss),
      state,
    ]),
  };
}

function labelsSection({ labels }: Report): Section {
  const rows = labels?.table.filter(({ primary, same, silent }) => primary + same + silent > 0) ?? [];
  return {
    title: "people's labels, by what the judge said",
    head: ["the judge finds better", "people: primary", "same", "silent"],
    rows: rows.map(({ judge, primary, same, silent }) => [judge, String(primary), String(same), String(silent)]),
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
      pairs.slice(0, WORST_SHOWN).map(({ id, value, more }) => [measure, id, worstText(measure, value, more)]),
    ),
  };
}
