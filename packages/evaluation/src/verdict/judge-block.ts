import type { ReviewEvidence } from "../judge/review.ts";
import type { Block } from "./verdict.ts";
import { asPercent } from "./words.ts";

/** Beyond this share of questions without a verdict, the judge may be failing on the worst answers. */
const MOST_FAILED = 0.02;

/** A judge that often gives no verdict blocks: which pairs it fails on hangs on what the answers are. */
export function judgeBlock({ judgements, not_judged }: ReviewEvidence, asked: boolean): readonly Block[] {
  if (!asked) return [];
  const failed = (judgements.unparseable ?? 0) + (not_judged.judge_failed ?? 0);
  const judged =
    Object.values(judgements).reduce((sum, count) => sum + (count ?? 0), 0) + (not_judged.judge_failed ?? 0);
  if (judged === 0 || failed / judged <= MOST_FAILED) return [];
  return [
    { name: "judge_failed", reason: `the judge gave no verdict on ${asPercent(failed / judged)} of what it was asked` },
  ];
}
