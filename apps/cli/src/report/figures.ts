import type { Criterion, Estimate, Rate, Report } from "@understudy/evaluation";

export type Unit = "pairs" | "rate" | "ms" | "usd" | "times" | "tokens" | "p" | "cosine";

/** One figure of a report, named once for every format. */
export interface Figure {
  readonly name: string;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly unit: Unit;
}

/** Every figure of a report, in the order of the report. */
export function figuresOf(report: Report): readonly Figure[] {
  const { pairs, quality, errors, latency, first_token, cost, tokens, account } = report;
  return [
    ...Object.entries({ ...account, dropped: total(account.dropped), skipped: total(account.skipped) }).map(
      ([name, count]) => plain(`account ${name}`, count, "pairs"),
    ),
    plain("pairs called", pairs.called, "pairs"),
    plain("pairs comparable", pairs.comparable, "pairs"),
    ...report.verdict.criteria.map(criterion),
    rate("disagreement", quality.disagreement),
    ...(quality.floor === null ? [] : [rate("disagreement of the control", quality.floor)]),
    ...quality.measures.map(({ name, rate: held }) => rate(name.replaceAll("_", " "), held)),
    ...quality.flags.flatMap(({ name, primary, silent }) => [
      rate(`${name.replaceAll("_", " ")} primary`, primary),
      rate(`${name.replaceAll("_", " ")} silent`, silent),
    ]),
    rate("errors primary", errors.primary),
    rate("errors silent", errors.silent),
    ...timing("latency", latency),
    ...timing("first token", first_token),
    plain("cost primary", cost.primary_usd, "usd"),
    plain("cost silent", cost.silent_usd, "usd"),
    estimate("cost ratio", cost.ratio, "times"),
    plain("input tokens primary", tokens.primary_input, "tokens"),
    plain("output tokens primary", tokens.primary_output, "tokens"),
    plain("input tokens silent", tokens.silent_input, "tokens"),
    plain("output tokens silent", tokens.silent_output, "tokens"),
    ...reviews(report.reviews),
    ...report.secondary.map(({ name, p_holm }) => plain(`p (Holm) ${name.replaceAll("_", " ")}`, p_holm, "p")),
  ];
}

function timing(
  name: string,
  { primary, silent, difference_p50, difference_p95 }: Report["latency"],
): readonly Figure[] {
  return [
    plain(`${name} p50 primary`, primary.p50, "ms"),
    plain(`${name} p50 silent`, silent.p50, "ms"),
    estimate(`${name} p50 difference`, difference_p50, "ms"),
    plain(`${name} p95 primary`, primary.p95, "ms"),
    plain(`${name} p95 silent`, silent.p95, "ms"),
    estimate(`${name} p95 difference`, difference_p95, "ms"),
  ];
}

/** What judge and embedding model say; nothing where nobody asked them. */
function reviews(report: Report["reviews"]): readonly Figure[] {
  const { similarity } = report;
  const notJudged = Object.entries(report.not_judged).map(([reason, count]) =>
    plain(`not judged, ${reason.replaceAll("_", " ")}`, count, "pairs"),
  );
  const judged = report.judged > 0 || notJudged.length > 0;
  return [
    ...(judged
      ? [
          plain("judged", report.judged, "pairs"),
          ...notJudged,
          rate("judge prefers silent", report.prefer_silent),
          rate("judge prefers primary", report.prefer_primary),
          rate("judge says tie", report.tie),
          rate("judge order dependent", report.order_dependent),
          rate("judge order dependent, first place won", report.first_place_won),
          rate("judge unparseable", report.unparseable),
          plain("cost judge", report.judge_cost_usd, "usd"),
        ]
      : []),
    ...(similarity.pairs + similarity.failed > 0
      ? [
          plain("similarity measured", similarity.pairs, "pairs"),
          plain("similarity failed", similarity.failed, "pairs"),
          plain("similarity mean", similarity.mean, "cosine"),
          plain("similarity p5", similarity.p5, "cosine"),
          plain("similarity p50", similarity.p50, "cosine"),
          plain("similarity p95", similarity.p95, "cosine"),
          plain("cost embedding", report.embedding_cost_usd, "usd"),
        ]
      : []),
  ];
}

function criterion({ name, estimate: value, low, high, unit }: Criterion): Figure {
  return { name: `criterion ${name}`, value, low, high, unit: unit === "points" ? "rate" : "times" };
}

function plain(name: string, value: number | null, unit: Unit): Figure {
  return { name, value, low: null, high: null, unit };
}

function rate(name: string, { value, low, high }: Rate): Figure {
  return { name, value, low, high, unit: "rate" };
}

function estimate(name: string, { value, low, high }: Estimate, unit: Unit): Figure {
  return { name, value, low, high, unit };
}

export function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
