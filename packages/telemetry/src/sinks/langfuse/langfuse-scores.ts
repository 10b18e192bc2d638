import type { IngestionEvent } from "@langfuse/core";
import { shortHash } from "@understudy/runtime";
import type { LoggedCall } from "../logged-call.ts";
import { observationIdOf, traceIdOf } from "./langfuse-ids.ts";

/** The comparison's figures as scores of the silent generation. Same pair, same ids: written again, they replace themselves. */
export function scoresOf(call: LoggedCall, environment: string | null): IngestionEvent[] {
  const { comparison, record, pair_id } = call;
  if (comparison === null || pair_id === null) return [];
  const at = new Date(record.timing.started_at + record.timing.total_ms).toISOString();
  return figuresOf(comparison).map(({ name, value, boolean, comment }) => {
    const id = shortHash(`${pair_id} ${name}`, 32);
    return {
      type: "score-create",
      id: shortHash(`event ${pair_id} ${name}`, 32),
      timestamp: at,
      body: {
        id,
        traceId: traceIdOf(call),
        observationId: observationIdOf(call),
        name,
        value,
        dataType: boolean ? "BOOLEAN" : "NUMERIC",
        ...(comment === null ? {} : { comment }),
        ...(environment === null ? {} : { environment }),
        metadata: { pair_id, experiment: call.experiment },
      },
    };
  });
}

interface Figure {
  readonly name: string;
  readonly value: number;
  readonly boolean: boolean;
  readonly comment: string | null;
}

function figuresOf(comparison: NonNullable<LoggedCall["comparison"]>): Figure[] {
  const { comparable, agrees, agreement_rule, not_comparable, rouge_l, edit_similarity } = comparison;
  const yesNo = (name: string, value: boolean | null | undefined, comment: string | null): Figure[] =>
    typeof value === "boolean" ? [{ name, value: value ? 1 : 0, boolean: true, comment }] : [];
  const amount = (name: string, value: number | null | undefined): Figure[] =>
    typeof value === "number" ? [{ name, value, boolean: false, comment: null }] : [];
  const why = not_comparable === undefined || not_comparable.length === 0 ? null : not_comparable.join(", ");
  return [
    ...yesNo("understudy.comparable", comparable, why),
    ...yesNo("understudy.agrees", agrees, agreement_rule ?? null),
    ...amount("understudy.rouge_l", rouge_l),
    ...amount("understudy.edit_similarity", edit_similarity),
    ...amount("understudy.latency_ratio", comparison.latency_ratio),
    ...amount("understudy.cost_ratio", comparison.cost_ratio),
    ...amount("understudy.list_cost_ratio", comparison.list_cost_ratio),
  ];
}
