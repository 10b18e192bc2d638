import type { Report } from "../report/report.ts";
import { HIGHER_RUNGS } from "../verdict/criteria.ts";
import { ALPHA, type Criterion } from "../verdict/verdict.ts";
import { spelled } from "../verdict/words.ts";
import { daysUntil } from "../verdict/pace.ts";
import type { Assumed, Plan, PlanAsked, PlanCost } from "./plan.ts";
import {
  byConversations,
  byJudge,
  byKind,
  byLikeness,
  type LikenessAsked,
  type Needed,
  whyNever,
} from "./requirements.ts";
import { timetableOf } from "./timetable.ts";

/** Before enough pairs have shown it: two answers to one prompt share what is hard about the prompt. */
export const USUAL_OVERLAP = 0.3;
/** Of short answers; see `planBeforeTraffic` for others. */
const USUAL_FLOOR = 0.1;
/** A margin that is not asked for in the configuration has to be something in a plan. */
const USUAL_MARGIN = 0.05;
/** Of two equal answers a judge prefers one in half of the cases: as often one as the other. */
export const USUAL_PREFERENCE = 0.25;
/** Fewer controlled pairs say too little of chance. */
const FEWEST_SEEN = 50;

/**
 * What an experiment takes until its decision, from its first pair on. A candidate is taken to be as good as the primary unless
 * `loss` says otherwise; the report's own figure of more pairs looks at this candidate instead.
 */
export function createPlan(report: Report, question: PlanAsked = {}): Plan {
  const { verdict, experiment } = report;
  const { pace } = verdict;
  const likeness = likenessOf(report, question);
  const rungs = rungsAsked(report);
  const { decides } = rungs;
  const never = decides === undefined ? (nothingTells(report) ?? whyNever(likeness)) : null;
  const pairs_a_day = question.pairs_a_day ?? pace.pairs_a_day;
  const needed = neededFor(report, likeness, rungs);
  const timetable = timetableOf(needed, { pairs_a_day, least: pace.minimum_span_days, never });
  const total = timetable.pairs?.expected ?? null;
  const more = total === null ? null : Math.max(0, total - verdict.pairs);
  return {
    experiment: experiment.id,
    answers: "all answers",
    rung: rungs.name,
    margin: decides?.margin ?? likeness.margin,
    unit: decides === undefined ? likeness.unit : "points",
    ...assumptions(report, question),
    turns: likeness.turns,
    ...timetable,
    usd: total === null ? null : costOf(report, total),
    more: { pairs: more, days: daysUntil(more, { ...pace, pairs_a_day }) },
  };
}

interface Rungs {
  readonly name: Plan["rung"];
  /** A rung above likeness that is asked, and answers for it: the judge where there is one. */
  readonly decides: Criterion | undefined;
}

function rungsAsked({ verdict }: Report): Rungs {
  for (const name of ["judge", ...HIGHER_RUNGS] as const) {
    const decides = verdict.criteria.find((one) => one.name === name && one.state !== "off");
    if (decides !== undefined) return { name, decides };
  }
  return { name: "likeness", decides: undefined };
}

/** All that a promote waits for but time. Own checks and people go on as they went so far. */
function neededFor(report: Report, likeness: LikenessAsked, { name, decides }: Rungs): readonly Needed[] {
  const { alpha, turns, chance } = likeness;
  const rest = [byConversations(likeness, { turns }), ...kindOf(report, likeness), ...othersOf(report)];
  if (name === "likeness") return [byLikeness(likeness), ...rest];
  if (name !== "judge") return rest;
  const margin = decides?.margin ?? 0;
  return [byJudge({ ...judgeSeen(report), margin, alpha, loss: chance.loss, turns }), ...rest];
}

function assumptions({ verdict }: Report, asked: PlanAsked) {
  const { noise } = verdict;
  const seen = noise !== null && noise.pairs >= FEWEST_SEEN ? noise : null;
  return {
    floor: assumed(asked.floor, seen?.floor ?? null, USUAL_FLOOR),
    overlap: assumed(asked.overlap, seen?.overlap ?? null, USUAL_OVERLAP),
    loss: assumed(asked.loss, null, 0),
    candidates: assumed(asked.candidates, verdict.candidates, 1),
  };
}

/** The first of the three that is there. */
export function assumed(asked: number | undefined, traffic: number | null, guess: number): Assumed {
  if (asked !== undefined) return { value: asked, from: "asked" };
  return traffic === null ? { value: guess, from: "guess" } : { value: traffic, from: "traffic" };
}

function likenessOf(report: Report, asked: PlanAsked): LikenessAsked {
  const { verdict } = report;
  const { floor, overlap, loss, candidates } = assumptions(report, asked);
  const configured = verdict.criteria.find(({ name }) => name === "likeness")?.margin ?? null;
  return {
    chance: { floor: floor.value, overlap: overlap.value, loss: loss.value },
    unit: verdict.kept?.decides === true ? "share" : "points",
    margin: asked.margin ?? configured ?? USUAL_MARGIN,
    alpha: ALPHA / candidates.value,
    turns: verdict.conversations === 0 ? 1 : Math.max(1, verdict.pairs / verdict.conversations),
    clustering: verdict.noise?.clustering ?? 0,
  };
}

/** Free text with nothing but likeness stays open for ever. */
function nothingTells({ verdict }: Report): string | null {
  return verdict.blocks.find(({ name }) => name === "nothing_can_tell")?.reason ?? null;
}

/** How often a judge prefers one of two answers that are equally good, and of what share of the pairs it is asked. */
function judgeSeen({ reviews, verdict }: Report): { readonly alone: number; readonly share: number } {
  const left = Object.values(reviews.not_judged).reduce((sum, count) => sum + (count ?? 0), 0);
  const identical = reviews.not_judged.identical ?? 0;
  const judged = reviews.judged + identical;
  const seen = verdict.criteria.find(({ name }) => name === "judge")?.pairs ?? 0;
  if (judged < FEWEST_SEEN) return { alone: USUAL_PREFERENCE, share: seen > 0 ? Math.min(1, seen / verdict.pairs) : 1 };
  // What differs between the two rates is the candidate's doing, and no noise.
  const alone = Math.min(reviews.prefer_silent.count, reviews.prefer_primary.count) / judged;
  return { alone, share: judged / (reviews.judged + left) };
}

/** The rarest kind that is not too rare to be judged, by the share of conversations that have it. */
function kindOf({ verdict }: Report, likeness: LikenessAsked): readonly Needed[] {
  const judged = verdict.kinds.filter(({ state, conversations }) => state !== "small" && conversations > 0);
  const [rarest] = judged.toSorted((one, other) => one.conversations - other.conversations);
  if (rarest === undefined || verdict.conversations === 0) return [];
  return [byKind(likeness, { name: rarest.name, share: Math.min(1, rarest.conversations / verdict.conversations) })];
}

const OTHERS = ["own_checks", "rubric", "labels", "errors", "latency", "first_token", "cost"] as const;

/** What quality does not decide goes on as it went so far. */
function othersOf({ verdict }: Report): readonly Needed[] {
  return OTHERS.flatMap((name) => {
    const criterion = verdict.criteria.find((one) => one.name === name);
    return criterion === undefined || verdict.pairs === 0 ? [] : openOne(name, criterion, verdict.pairs);
  });
}

function openOne(name: (typeof OTHERS)[number], { state, pairs_needed }: Criterion, pairs: number): readonly Needed[] {
  if (state !== "open" && state !== "cannot_tell") return [];
  const what = `${spelled(name)}, as it goes so far`;
  return [{ name, what, conversations: null, pairs: pairs_needed === null ? null : pairs + pairs_needed }];
}

/** A control asks the primary's model again, so it costs what the primary's calls cost. */
function costOf(report: Report, pairs: number): PlanCost | null {
  const { cost, reviews, verdict } = report;
  if (cost.pairs === 0 || cost.silent_usd === null || cost.primary_usd === null) return null;
  const silent = (pairs * cost.silent_usd) / cost.pairs;
  const control = verdict.noise === null ? 0 : (pairs * cost.primary_usd) / cost.pairs;
  const judged = pairs * judgeSeen(report).share;
  const judge = reviews.judged === 0 ? 0 : (judged * reviews.judge_cost_usd) / reviews.judged;
  return { silent, control, judge, all: silent + control + judge };
}
