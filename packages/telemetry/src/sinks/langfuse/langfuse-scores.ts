import type { IngestionEvent } from "@langfuse/core";
import type { Comparison } from "@understudy/evaluation";
import { shortHash } from "@understudy/runtime";
import type { LoggedCall } from "../logged-call.ts";
import type { ReviewEntry } from "../logged-review.ts";
import { observationIdOf, traceIdOf } from "./langfuse-ids.ts";

/** The silent generation that scores are of. */
interface Scored {
  readonly pair_id: string;
  readonly experiment: string | null;
  readonly traceId: string;
  readonly observationId: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly environment: string | null;
}

interface Figure {
  readonly name: string;
  readonly value: number | string;
  readonly dataType: "BOOLEAN" | "NUMERIC" | "CATEGORICAL";
  readonly comment: string | null;
}

/** The comparison's figures as scores of the silent generation. */
export function comparisonScores(call: LoggedCall, environment: string | null): IngestionEvent[] {
  const { comparison, record, pair_id, experiment, metadata } = call;
  if (comparison === null || pair_id === null) return [];
  const { started_at, total_ms } = record.timing;
  const traceId = traceIdOf(metadata, record.request_id);
  const observationId = observationIdOf(record.id);
  const scored = { pair_id, experiment, traceId, observationId, at: started_at + total_ms, environment };
  return comparedFigures(comparison).map((figure) => scoreOf(scored, figure));
}

/** What judge and embedding model say, as scores of the silent generation. */
export function reviewScores(
  { review, request_id, call_id, trace }: ReviewEntry,
  environment: string | null,
): IngestionEvent[] {
  const { pair_id, experiment, created_at: at } = review;
  const traceId = traceIdOf(trace, request_id);
  const scored = { pair_id, experiment, traceId, observationId: observationIdOf(call_id), at, environment };
  return reviewedFigures(review).map((figure) => scoreOf(scored, figure));
}

/** Same pair, same ids: written again, a score replaces itself. */
function scoreOf(scored: Scored, { name, value, dataType, comment }: Figure): IngestionEvent {
  const { pair_id, experiment, traceId, observationId, at, environment } = scored;
  return {
    type: "score-create",
    id: shortHash(`event ${pair_id} ${name}`, 32),
    timestamp: new Date(at).toISOString(),
    body: {
      id: shortHash(`${pair_id} ${name}`, 32),
      traceId,
      observationId,
      name,
      value,
      dataType,
      ...(comment === null ? {} : { comment }),
      ...(environment === null ? {} : { environment }),
      metadata: { pair_id, experiment },
    },
  };
}

function comparedFigures(comparison: Partial<Comparison>): Figure[] {
  const { comparable, agrees, agreement_rule, not_comparable, rouge_l, edit_similarity } = comparison;
  const why = not_comparable === undefined || not_comparable.length === 0 ? null : not_comparable.join(", ");
  return [
    ...yesNo("understudy.comparable", comparable, why),
    ...yesNo("understudy.agrees", agrees, agreement_rule ?? null),
    ...amount("understudy.rouge_l", rouge_l),
    ...amount("understudy.edit_similarity", edit_similarity),
    ...amount("understudy.rank_correlation", comparison.rank_correlation),
    ...amount("understudy.same_nearest", comparison.same_nearest),
    ...amount("understudy.latency_ratio", comparison.latency_ratio),
    ...amount("understudy.cost_ratio", comparison.cost_ratio),
    ...amount("understudy.list_cost_ratio", comparison.list_cost_ratio),
  ];
}

/** Where the judge preferred one, or neither, in both orders; so that an average says which is better. */
const PREFERENCES: Readonly<Record<string, number>> = { prefer_primary: 0, tie: 0.5, prefer_silent: 1 };

function reviewedFigures({ judgement, judge, choices, similarity }: ReviewEntry["review"]): Figure[] {
  if (judgement === null) return amount("understudy.similarity", similarity);
  const said = choices === null ? "" : `: ${choices.primary_first ?? "?"}, and ${choices.silent_first ?? "?"} swapped`;
  const comment = `${judge ?? "the judge"}${said}`;
  return [
    { name: "understudy.judgement", value: judgement, dataType: "CATEGORICAL", comment },
    ...amount("understudy.judge_preference", PREFERENCES[judgement]),
    ...yesNo("understudy.judge_order_dependent", judgement === "order_dependent", null),
    ...amount("understudy.similarity", similarity),
  ];
}

function yesNo(name: string, value: boolean | null | undefined, comment: string | null): Figure[] {
  return typeof value === "boolean" ? [{ name, value: value ? 1 : 0, dataType: "BOOLEAN", comment }] : [];
}

function amount(name: string, value: number | null | undefined): Figure[] {
  return typeof value === "number" ? [{ name, value, dataType: "NUMERIC", comment: null }] : [];
}
