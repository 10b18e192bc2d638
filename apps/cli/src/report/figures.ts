import type { CostReport, Criterion, Estimate, Rate, Report } from "@understudy/evaluation";

export type Unit = "pairs" | "rate" | "ms" | "usd" | "times" | "tokens" | "p" | "cosine" | "correlation";

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
  const { pairs, quality, errors, latency, first_token, tokens, account, selection } = report;
  return [
    ...Object.entries({ ...account, dropped: total(account.dropped), skipped: total(account.skipped) }).map(
      ([name, count]) => plain(`account ${name}`, count, "pairs"),
    ),
    ...byReason("account dropped", account.dropped),
    ...byReason("account skipped", account.skipped),
    plain("pairs called", pairs.called, "pairs"),
    plain("pairs comparable", pairs.comparable, "pairs"),
    ...byReason("not comparable", pairs.not_comparable),
    ...report.verdict.criteria.map(criterion),
    ...kept(report.verdict.kept),
    rate("disagreement", quality.disagreement),
    ...(quality.floor === null ? [] : [rate("disagreement of the control", quality.floor)]),
    ...quality.by_rule.map(({ rule, disagreement }) => rate(`disagreement, ${words(rule)}`, disagreement)),
    ...quality.measures.map(({ name, rate: held }) => rate(words(name), held)),
    ...quality.flags.flatMap(({ name, primary, silent }) => [
      rate(`${words(name)} primary`, primary),
      rate(`${words(name)} silent`, silent),
    ]),
    ...vectors(quality.vectors),
    rate("errors primary", errors.primary),
    rate("errors silent", errors.silent),
    ...timing("latency", latency),
    ...timing("first token", first_token),
    ...costs("cost", report.cost),
    ...costs("list cost", report.list_cost),
    plain("input tokens primary", tokens.primary_input, "tokens"),
    plain("output tokens primary", tokens.primary_output, "tokens"),
    plain("input tokens silent", tokens.silent_input, "tokens"),
    plain("output tokens silent", tokens.silent_output, "tokens"),
    rate("mirrored all", selection.sampled),
    ...selection.strata.map(({ by, name, share }) => rate(`mirrored ${by} ${name}`, share)),
    ...reviews(report.reviews),
    ...labels(report.labels),
    ...report.secondary.map(({ name, p_holm }) => plain(`p (Holm) ${words(name)}`, p_holm, "p")),
  ];
}

/** As billed, or (`list cost`) as though nothing had been read from a provider's cache. */
function costs(name: string, { pairs, primary_usd, silent_usd, ratio }: CostReport): readonly Figure[] {
  return [
    plain(`${name} known`, pairs, "pairs"),
    plain(`${name} primary`, primary_usd, "usd"),
    plain(`${name} silent`, silent_usd, "usd"),
    estimate(`${name} ratio`, ratio, "times"),
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
  const notJudged = byReason("not judged", report.not_judged);
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

/** What people say, and what the judge is worth beside them; nothing where nobody asks them. */
function labels(report: Report["labels"]): readonly Figure[] {
  if (report === null) return [];
  const { drawn, labelled, skipped, overdue, waiting } = report;
  return [
    ...Object.entries({ drawn, labelled, skipped, overdue, waiting }).map(([name, count]) =>
      plain(`labels ${name}`, count, "pairs"),
    ),
    plain("labels that a judge has saved", report.saved, "pairs"),
    rate("judge and people agree", report.agreement),
    rate("judge's sensitivity", report.sensitivity),
    rate("judge's specificity", report.specificity),
  ];
}

/** How alike embeddings rank; nothing where there are none. */
function vectors(of: Report["quality"]["vectors"]): readonly Figure[] {
  if (of === null) return [];
  const { pairs, rank_correlation, same_nearest } = of;
  return [
    plain("embeddings ranked", pairs, "pairs"),
    plain("rank correlation mean", rank_correlation.mean, "correlation"),
    plain("rank correlation p5", rank_correlation.p5, "correlation"),
    plain("rank correlation p50", rank_correlation.p50, "correlation"),
    plain("same nearest neighbour", same_nearest.mean, "rate"),
  ];
}

function byReason(name: string, counts: Readonly<Record<string, number>>): readonly Figure[] {
  return Object.entries(counts).map(([reason, count]) => plain(`${name}, ${words(reason)}`, count, "pairs"));
}

function words(name: string): string {
  return name.replaceAll("_", " ");
}

function criterion({ name, estimate: value, low, high, unit }: Criterion): Figure {
  return { name: `criterion ${name}`, value, low, high, unit: unit === "ratio" ? "times" : "rate" };
}

/** The relative margin of likeness. */
function kept(of: Report["verdict"]["kept"]): readonly Figure[] {
  if (of === null) return [];
  const { estimate: value, low, high } = of;
  return [{ name: "criterion kept of what can agree", value, low, high, unit: "rate" }];
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
