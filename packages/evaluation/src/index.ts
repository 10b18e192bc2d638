export { comparePair } from "./compare/compare-pair.ts";
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
export type { Account, Estimate, Rate, Report, SelectionStratum, TimingReport } from "./report/report.ts";
export { createReport, type ReportInput } from "./report/create-report.ts";
export { decideVerdict } from "./verdict/decide-verdict.ts";
export { P95_ALPHA, quantileRanks } from "./verdict/quantile-ranks.ts";
export { type Criterion, type CriterionName, DECISIONS, type Decision, type Verdict } from "./verdict/verdict.ts";
