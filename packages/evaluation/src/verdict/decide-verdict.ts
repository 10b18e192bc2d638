import type { CriterionName, Decision } from "@understudy/contracts";
import { noiseOf } from "./noise.ts";
import { ONE_FORM } from "../units/unit.ts";
import { unrankedShare } from "./answer-kinds.ts";
import { daysUntil, paceOf } from "./pace.ts";
import { asPoints, asPercent, inUnit, listed } from "./words.ts";
import { courseOf } from "./course-blocks.ts";
import { type AnsweredCriteria, answerCriteria, HIGHER_RUNGS, isHigherRung, type Question } from "./criteria.ts";
import { type Kind, kindsOf } from "./kinds.ts";
import { judgeBlock } from "./judge-block.ts";
import { whyNobodyCanJudge } from "./cannot-judge.ts";
import { sampleBlocks, type Sampled } from "./sample-blocks.ts";
import { ALPHA, type Block, type Criterion, type Verdict } from "./verdict.ts";

export interface VerdictInput extends Question, Sampled {
  /** Whether the experiment is a control itself: it measures chance, and nobody takes over from itself. */
  readonly isControl: boolean;
}

/**
 * What the evidence says. To promote, every criterion that is asked for must have passed, and nothing must be wrong with the
 * sample, the time it covers, or a kind of request; the chance of ever promoting a candidate that is beyond any margin is
 * then that of the one criterion alone. Nothing is remembered of earlier looks: what stood yesterday may be withdrawn today.
 */
export function decideVerdict(input: VerdictInput): Verdict {
  const answered = answerCriteria(input);
  const { criteria, levels, headroom, kept } = answered;
  const margin = input.margins.qualityLoss;
  const kinds = margin === null ? [] : kindsOf(input.evidence.units.shapes, { margin, alpha: levels.pass });
  const course = courseOf(input.evidence, watched(criteria), levels);
  const blocks = [
    ...sampleBlocks(input, input),
    ...course.blocks,
    ...kindBlocks(kinds),
    ...pairMeanBlocks(required(criteria)),
    ...judgeBlock(input.evidence.reviews, input.asked.judge),
    ...coverBlock(input, criteria),
  ];
  const found: Found = { input, answered, blocks, failedSince: course.failedSince };
  const { decision, reason } = input.isControl ? aboutControl(input) : decide(found);
  const { units } = input.evidence;
  const pace = paceOf(units, input.minimumSpanMs);
  const watching = decision === "keep_watching" || decision === "promote_provisional";
  const never = input.isControl || units.pairs === 0 || decision === "cannot_judge";
  const needed = never ? null : watching ? neededIn(criteria, kinds) : 0;
  return {
    decision,
    reason,
    conversations: units.conversations,
    open: units.open,
    pairs: units.pairs,
    pairs_needed: needed,
    days_needed: watching ? daysUntil(needed, pace) : needed,
    pace,
    alpha: ALPHA,
    candidates: input.candidates,
    criteria,
    blocks: input.isControl ? [] : blocks,
    kinds,
    headroom,
    kept,
    noise: units.controlled ? noiseOf(units.shapes, input.asked.relative === true ? ONE_FORM : "") : null,
    rungs: rungsOf(criteria),
  };
}

interface Found {
  readonly input: VerdictInput;
  readonly answered: AnsweredCriteria;
  readonly blocks: readonly Block[];
  readonly failedSince: readonly { readonly name: CriterionName; readonly at: number }[];
}

type Decided = Pick<Verdict, "decision" | "reason">;

function decide({ input, answered, blocks, failedSince }: Found): Decided {
  const nobody = whyNobodyCanJudge(input);
  if (nobody !== null) return { decision: "cannot_judge", reason: nobody };
  const { criteria } = answered;
  const failed = rejecting(criteria, answered.exactDiffers);
  if (failed.length > 0) return { decision: "reject", reason: rejectReason(failed) };
  const [since] = failedSince.filter(({ name }) => name !== "likeness");
  if (since !== undefined) {
    const at = new Date(since.at).toISOString();
    return { decision: "reject", reason: `since about ${at} it is beyond the margin of ${listed([since.name])}` };
  }
  if (input.evidence.units.pairs === 0) return { decision: "keep_watching", reason: nothingEntered(input) };
  const waiting = required(criteria).filter(({ state }) => state !== "pass");
  const [block] = blocks;
  if (block !== undefined) return { decision: "keep_watching", reason: blockedReason(block, waiting) };
  const passed = required(criteria).filter(({ state }) => state === "pass");
  if (isForPeople(waiting) && passed.some(speaksOfAnswers)) return provisional(passed, waiting);
  if (waiting.length > 0) return { decision: "keep_watching", reason: whatIsOpen(waiting) };
  // Quick and cheap is no reason to take over: something must have been shown of the answers.
  if (!passed.some(speaksOfAnswers))
    return { decision: "keep_watching", reason: "no margin asks for the answers: set margins.quality_loss" };
  return { decision: "promote", reason: promoteReason(passed, criteria) };
}

function speaksOfAnswers(criterion: Criterion): boolean {
  return criterion.name === "likeness" || isHigherRung(criterion);
}

/**
 * Where a higher rung is asked for it answers for likeness, which shows that answers differ and not that they are worse; and
 * once people have shown that answers are as good, whatever the judge thinks of them is not asked.
 */
function required(criteria: readonly Criterion[]): readonly Criterion[] {
  const answeredFor = new Set<CriterionName>([
    ...(criteria.some((one) => one.state !== "off" && isHigherRung(one)) ? (["likeness"] as const) : []),
    ...(peopleFoundItGood(criteria) ? (["judge"] as const) : []),
  ]);
  return criteria.filter(({ name, state }) => state !== "off" && !answeredFor.has(name));
}

function peopleFoundItGood(criteria: readonly Criterion[]): boolean {
  return criteria.some(({ name, state }) => name === "labels" && state === "pass");
}

/** People take their time, so a change is told by the judge, unless they have found it wrong about this candidate. */
function watched(criteria: readonly Criterion[]): readonly Criterion[] {
  const judge = criteria.filter(({ name, state }) => name === "judge" && (state === "pass" || state === "open"));
  return [...new Set([...required(criteria), ...judge])];
}

/** All else has passed, the judge too: what is wanting is whether people agree with it. */
function isForPeople(waiting: readonly Criterion[]): boolean {
  return waiting.length > 0 && waiting.every(({ name, state }) => name === "labels" && state === "open");
}

function provisional(passed: readonly Criterion[], [labels]: readonly Criterion[]): Decided {
  const within = `within the margins of ${listed(passed.map(({ name }) => name))}`;
  const people = labels?.note ?? "has no labels yet";
  return { decision: "promote_provisional", reason: `${within}; people have not shown it yet: labels ${people}` };
}

/** Likeness rejects by itself only where the form is exact, and where a higher rung is asked only together with it. */
function rejecting(criteria: readonly Criterion[], exactDiffers: boolean): readonly Criterion[] {
  const higherAsked = criteria.some((one) => one.state !== "off" && isHigherRung(one));
  return criteria.filter(({ name, state }) => {
    if (name === "judge" && peopleFoundItGood(criteria)) return false;
    if (name !== "likeness") return state === "fail";
    return state === "fail" && exactDiffers && !higherAsked;
  });
}

function rejectReason([worst, ...others]: readonly Criterion[]): string {
  return `${worst?.reason ?? ""}${others.length === 0 ? "" : `; beyond its margin too: ${listed(others.map(({ name }) => name))}`}`;
}

function promoteReason(passed: readonly Criterion[], criteria: readonly Criterion[]): string {
  const margins = passed.length === 1 ? "margin" : "margins";
  const differs = criteria.find(({ name, state }) => name === "likeness" && state === "fail");
  const other =
    differs === undefined || passed.includes(differs)
      ? ""
      : "; its answers differ, and were found as good within their margins";
  return `within the ${margins} of ${listed(passed.map(({ name }) => name))}${other}`;
}

function blockedReason(block: Block, waiting: readonly Criterion[]): string {
  const [failing] = waiting.filter(({ state }) => state === "fail");
  if (failing !== undefined && block.name !== "nothing_can_tell") return `${failing.reason}; ${block.reason}`;
  return block.reason;
}

/** What is open, and what it hangs on: something to be done, or so many more pairs. */
function whatIsOpen(open: readonly Criterion[]): string {
  const names = listed(open.map(({ name }) => name));
  const differing = open.find(({ name, state }) => name === "likeness" && state === "fail");
  if (differing !== undefined) {
    return `${differing.reason}: that it differs does not say that it is worse; ${LINES_TO_WRITE}`;
  }
  const stuck = open.find(({ note, state }) => note !== null && (state === "cannot_tell" || state === "open"));
  if (stuck !== undefined) return `open: ${names}; ${listed([stuck.name])} ${stuck.note}`;
  const unforeseen = open.filter(({ pairs_needed }) => pairs_needed === null).map(({ name }) => name);
  if (unforeseen.length > 0) return `open: ${names}; how many more pairs ${listed(unforeseen)} takes cannot be told`;
  const last = open.reduce((most, one) => ((one.pairs_needed ?? 0) > (most.pairs_needed ?? 0) ? one : most));
  const which = open.length === 1 ? "" : `, ${listed([last.name])} last`;
  return `open: ${names}; about ${last.pairs_needed} more pairs${which}`;
}

function nothingEntered({ evidence: { units, pairs, standings } }: VerdictInput): string {
  if (pairs === 0) return "no pairs yet";
  if (standings.measured + standings.silent_failed === 0) return "no pair that can be compared yet";
  if (units.open === 0) return "no conversation has entered yet: a worker reads them within seconds";
  return `no conversation has entered yet: ${units.open} may still go on`;
}

function kindBlocks(kinds: readonly Kind[]): readonly Block[] {
  const of = (state: Kind["state"]): readonly Kind[] =>
    kinds.filter((kind) => kind.state === state).toSorted((one, other) => (other.loss ?? 0) - (one.loss ?? 0));
  const [failing] = of("failing");
  const [open] = of("open");
  const worst = failing ?? open;
  if (worst === undefined) return [];
  const loses = worst.loss === null ? "" : `loses ${asPoints(worst.loss)}`;
  const about = `${worst.name} (${asPercent(worst.share)} of the traffic, ${worst.conversations} conversations)`;
  if (failing !== undefined) return [{ name: "kind", reason: `${about} ${loses} by itself` }];
  return [{ name: "kind", reason: `${about} is not shown yet to lose less than 25 points by itself` }];
}

/** Every conversation weighs the same in the criterion, which may hide what users see who have long ones. */
function pairMeanBlocks(criteria: readonly Criterion[]): readonly Block[] {
  return criteria
    .filter(
      ({ unit, pair_estimate, margin }) => unit !== "ratio" && pair_estimate !== null && pair_estimate > (margin ?? 1),
    )
    .slice(0, 1)
    .map(({ name, unit, pair_estimate, margin }) => ({
      name: "pair_mean" as const,
      reason: `over pairs, ${listed([name])} loses ${inUnit(pair_estimate ?? 0, unit)}, and long conversations weigh more; the margin is ${inUnit(margin ?? 0, unit)}`,
    }));
}

const LINES_TO_WRITE =
  "name a judge: mirror_settings.judge: {model: GROUP}; or checks of your own: mirror_settings.checks";
const LEAST_UNCOVERED = 0.01;

/** The part of the traffic that no rung speaks for. What says nothing in words, no judge and no check of one's own can weigh. */
function coverBlock({ evidence, margins }: VerdictInput, criteria: readonly Criterion[]): readonly Block[] {
  if (margins.qualityLoss === null || evidence.units.pairs === 0) return [];
  const { shapes } = evidence.units;
  const likeness = criteria.find(({ name }) => name === "likeness");
  const higher = required(criteria).some(isHigherRung);
  const uncovered = higher ? unrankedShare(shapes) : 1 - (likeness?.share ?? 0);
  if (uncovered < LEAST_UNCOVERED) return [];
  // Not known yet whether it can tell: more pairs will show.
  if (!higher && likeness?.state === "open" && likeness.note !== null && uncovered < 1) return [];
  const part = uncovered > 0.995 ? "these answers" : `${asPercent(uncovered)} of the answers`;
  const lines =
    unrankedShare(shapes) > 0 ? "embeddings are compared in requests of five inputs or more" : LINES_TO_WRITE;
  return [{ name: "nothing_can_tell", reason: `nothing here can tell whether ${part} are as good; ${lines}` }];
}

function rungsOf(criteria: readonly Criterion[]): Verdict["rungs"] {
  const rungs: readonly CriterionName[] = ["checks", ...HIGHER_RUNGS, "likeness"];
  return criteria.flatMap(({ name, state, share }) =>
    rungs.includes(name) && state === "pass" && share !== null && share > 0 ? [{ name, share }] : [],
  );
}

function aboutControl({ evidence }: VerdictInput): Decided & { readonly decision: Decision } {
  const { count, of } = evidence.agreed;
  const reason = of === 0 ? "no pairs yet" : `${asPoints(1 - count / of)} of its answers differ by chance alone`;
  return { decision: "keep_watching", reason };
}

/** Until every criterion has passed and every kind is shown; null where one of them never would as it goes. */
function neededIn(criteria: readonly Criterion[], kinds: readonly Kind[]): number | null {
  const open = required(criteria).filter(({ state }) => state !== "pass");
  if (open.some(({ state }) => state !== "open") || kinds.some(({ state }) => state === "failing")) return null;
  const needed = [...open, ...kinds].map(({ pairs_needed }) => pairs_needed);
  return needed.includes(null) ? null : Math.max(0, ...needed.map((pairs) => pairs ?? 0));
}
