export type { AgreementRule, BothSides, Comparison, JsonDifference, NotComparable } from "./compare/comparison.ts";
export { jsonDifferences, type JsonChange } from "./compare/json-differences.ts";
export {
  type CostEvidence,
  type Evidence,
  type LatencyBar,
  type PairedCounts,
  type PairedTally,
  type SampledPair,
  type Stratum,
  type Tally,
  type TimelinePoint,
  type TimingEvidence,
  WORST_MEASURES,
  type WorstMeasure,
  type WorstPair,
} from "./evidence.ts";
export { type Choices, favoursFirst, type Judgement, judgementOf, JUDGEMENTS } from "./judge/judgement.ts";
export { JUDGE_PROMPT, type Judged, judgedTexts, judgeMessages, type Order, ORDERS } from "./judge/prompt.ts";
export { type Choice, CHOICES, readJudgeReply } from "./judge/reply.ts";
export { NO_REVIEWS, NOT_JUDGED, type NotJudged, type Review, type ReviewEvidence } from "./judge/review.ts";
export { cosineSimilarity } from "./judge/similarity.ts";
export type { Account, CostReport, Estimate, Rate, Report, SelectionStratum, TimingReport } from "./report/report.ts";
export { createReport, type ReportInput } from "./report/create-report.ts";
export type { ReviewReport } from "./report/reviews.ts";
export { decideVerdict } from "./verdict/decide-verdict.ts";
export { P95_ALPHA, P95_FAIL_ALPHA, quantileRanks } from "./verdict/quantile-ranks.ts";
export { type Criterion, type CriterionName, DECISIONS, type Decision, type Verdict } from "./verdict/verdict.ts";
