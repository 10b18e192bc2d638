export { type Check, type CheckName, type CheckResult, CHECKS, checksOf } from "./compare/checks.ts";
export type { Comparison } from "./compare/comparison.ts";
export type {
  AgreementRule,
  AnswerKind,
  BothSides,
  JsonDifference,
  Likeness,
  NotComparable,
  Reason,
} from "./compare/figures.ts";
export type { MeasureName } from "./compare/measures.ts";
export { jsonDifferences, type JsonChange } from "./compare/json/json-differences.ts";
export {
  type CostEvidence,
  type Evidence,
  type LatencyBar,
  NO_VECTORS,
  type PairedCounts,
  type PairedTally,
  type SampledPair,
  type Stratum,
  type Tally,
  type TimelinePoint,
  type TimingEvidence,
  type VectorEvidence,
  type VerdictEvidence,
  WORST_MEASURES,
  type WorstMeasure,
  type WorstPair,
} from "./evidence.ts";
export { conversationOf } from "./excerpt/conversation.ts";
export { excerptOf } from "./excerpt/excerpt.ts";
export { saidOf } from "./excerpt/said.ts";
export { CHOICES } from "./judge/choice.ts";
export { type Choices, favoursFirst, type Judgement, judgementOf, JUDGEMENTS } from "./judge/judgement.ts";
export {
  JUDGE_PROMPT,
  type Judged,
  judgedTexts,
  judgeMessages,
  type Order,
  ORDERS,
  VERDICT_SCHEMA,
} from "./judge/prompt.ts";
export { readGrade, type Rubric, rubricMessages } from "./judge/rubric.ts";
export { readJudgeReply } from "./judge/reply.ts";
export { NO_REVIEWS, NOT_JUDGED, type NotJudged, type Review, type ReviewEvidence } from "./judge/review.ts";
export type { GivenAnswer } from "./judge/shown-texts.ts";
export { enterLabels } from "./labels/enter-labels.ts";
export {
  isAsked,
  type JudgedPair,
  type JudgeSays,
  knownLabel,
  type Label,
  type LabelEpoch,
  type LabelEvidence,
  type LabelOutcome,
  type LabelProgress,
} from "./labels/label.ts";
export { cosineSimilarity } from "./judge/similarity.ts";
export type { CostReport, Estimate, Report, TimingReport } from "./report/report.ts";
export type { Rate } from "./statistics/rate.ts";
export type { SelectionStratum } from "./verdict/selection.ts";
export { type Course, courseNow } from "./overview/course.ts";
export { withMoment } from "./overview/history.ts";
export { createOverview, type Overview } from "./overview/create-overview.ts";
export type { JudgedInput } from "./verdict/judge.ts";
export { planBeforeTraffic } from "./plan/before-traffic.ts";
export { createPlan } from "./plan/create-plan.ts";
export type { Assumed, Plan } from "./plan/plan.ts";
export { PLAN_ASKS, PlanAskedFault, readPlanAsked } from "./plan/read-asked.ts";
export { createReport, type ReportInput } from "./report/create-report.ts";
export type { LabelReport } from "./report/labels.ts";
export type { ReviewReport } from "./report/reviews.ts";
export { type GuardInput, type GuardLook, guardRollout } from "./rollout/guard-rollout.ts";
export { type Half, ofAllTurns } from "./rollout/halves.ts";
export { decideVerdict } from "./verdict/decide-verdict.ts";
export { candidatesOf, questionOf } from "./verdict/question-of.ts";
export { P50_ALPHA, P95_ALPHA, P95_FAIL_ALPHA, quantileRanks } from "./verdict/quantile-ranks.ts";
export type { Criterion, Verdict } from "./verdict/verdict.ts";
export { BETS } from "./statistics/e-process.ts";
export {
  type Block,
  BLOCKS_WATCHED,
  countsOf,
  meanOf,
  NO_UNITS,
  type Shape,
  shapesOf,
  isKeptInBlocks,
  type UnitEvidence,
  UNITS_IN_BLOCK,
} from "./units/shapes.ts";
export {
  type CheckedAs,
  isGained,
  isLost,
  type OwnChecked,
  type OwnCheckResult,
  type OwnWorth,
  worthOf,
} from "./own-checks/outcome.ts";
export { ownWorthOf, standingOf, turnKinds } from "./units/standing.ts";
export { type Standing, STANDINGS, type Turn } from "./units/turn.ts";
export { MOST_TURNS, type Unit, unitOf, type UnitRules, type UnitValue } from "./units/unit.ts";
