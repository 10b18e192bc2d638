import type { CallRecord } from "@understudy/router";
import { stableFraction } from "@understudy/runtime";

import { marksOf } from "./marks.ts";
import { figure, storable } from "./pair-row.ts";
import type { Pair } from "./pair.ts";

/** The row of `figures` for a pair, by column; null for one whose silent model was never called. */
export function figureColumns(pair: Pair): Readonly<Record<string, unknown>> | null {
  const { primary, silent, comparison } = pair;
  if (silent === null) return null;
  return {
    pair_id: storable(pair.id),
    experiment: storable(pair.experiment),
    created_at: Math.round(pair.created_at),
    draw: stableFraction(pair.id),
    marks: marksOf(primary, silent, comparison),
    silent_error: errorOf(silent),
    both_ok: primary.status === "ok" && silent.status === "ok",
    ...likenessOf(comparison ?? {}),
    ...timesOf("primary", primary),
    ...timesOf("silent", silent),
    ...costsOf(primary, silent),
    ...tokensOf(primary.usage, silent.usage),
    queue_wait_ms: figure(silent.timing.queue_wait_ms),
    cluster: storable(pair.cluster ?? null),
  };
}

function errorOf({ error, status }: CallRecord): string {
  return error?.kind ?? (status === "ok" ? "" : status);
}

function likenessOf(comparison: NonNullable<Pair["comparison"]>): Readonly<Record<string, unknown>> {
  const {
    comparable,
    not_comparable = [],
    agrees = null,
    refusal,
    rouge_l,
    edit_similarity,
    length_ratio,
  } = comparison;
  return {
    comparable: comparable === true,
    not_comparable: not_comparable.join(","),
    agrees,
    tools_differ: comparison.tool_names_match === false || comparison.tool_arguments_match === false,
    refused: refusal?.silent === true,
    likeness: figure(rouge_l ?? edit_similarity),
    length_ratio: figure(length_ratio),
  };
}

// Only pairs that are known on both sides add up to sums that may be compared.

function costsOf(primary: CallRecord, silent: CallRecord): Readonly<Record<string, unknown>> {
  const known = primary.cost_usd !== null && silent.cost_usd !== null;
  const listed = typeof primary.list_cost_usd === "number" && typeof silent.list_cost_usd === "number";
  return {
    primary_cost_usd: known ? figure(primary.cost_usd) : null,
    silent_cost_usd: known ? figure(silent.cost_usd) : null,
    primary_list_cost_usd: listed ? figure(primary.list_cost_usd) : null,
    silent_list_cost_usd: listed ? figure(silent.list_cost_usd) : null,
  };
}

function tokensOf(primary: CallRecord["usage"], silent: CallRecord["usage"]): Readonly<Record<string, unknown>> {
  const known = primary !== null && silent !== null;
  return {
    primary_input_tokens: known ? figure(primary.input_tokens) : null,
    silent_input_tokens: known ? figure(silent.input_tokens) : null,
    primary_output_tokens: known ? figure(primary.output_tokens) : null,
    silent_output_tokens: known ? figure(silent.output_tokens) : null,
  };
}

function timesOf(side: "primary" | "silent", { timing }: CallRecord): Readonly<Record<string, unknown>> {
  return {
    [`${side}_ms`]: figure(timing.model_ms ?? timing.total_ms),
    [`${side}_first_token_ms`]: figure(timing.first_token_ms),
  };
}
