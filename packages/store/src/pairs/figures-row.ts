import { viewRequest } from "@understudy/apis";
import type { CallRecord } from "@understudy/contracts";
import { stableFraction } from "@understudy/runtime";

import { type OwnChecked, ownWorthOf, type Standing, standingOf, turnKinds } from "@understudy/evaluation";

import { marksOf } from "./marks.ts";
import { figure, storable } from "../database/sql-values.ts";
import { NOT_COMPARED, type Pair } from "./pair.ts";

/** The row of `figures` for a pair, by column; null for one whose silent model was never called. */
export function figureColumns(pair: Pair): Readonly<Record<string, unknown>> | null {
  const { primary, silent, comparison } = pair;
  if (silent === null) return null;
  return {
    pair_id: storable(pair.id),
    experiment: storable(pair.experiment),
    created_at: Math.round(pair.created_at),
    draw: stableFraction(pair.id),
    ...marksOf(primary, silent, comparison),
    silent_error: storable(errorOf(silent)),
    both_ok: primary.status === "ok" && silent.status === "ok",
    ...likenessOf(comparison ?? WITHOUT_COMPARISON),
    ...timesOf("primary", primary),
    ...timesOf("silent", silent),
    ...costsOf(primary, silent),
    ...tokensOf(primary.usage, silent.usage),
    queue_wait_ms: figure(silent.timing.queue_wait_ms),
    cluster: storable(pair.conversation?.key ?? null),
    ...turnOf(pair, silent),
  };
}

/** What the verdict's bets are made of. A pair of which it is not known when it was admitted is not bet on. */
function turnOf(pair: Pair, silent: CallRecord): Readonly<Record<string, unknown>> {
  const { primary, comparison, conversation, judge = null, own_checks = null } = pair;
  const standing = standingOf(primary, silent, comparison);
  const kinds = turnKinds(primary, comparison, viewRequest(primary.operation, pair.request));
  return {
    admitted_at: pair.admitted_at === undefined ? null : Math.round(pair.admitted_at),
    rollout: storable(pair.rollout ?? null),
    conversation: storable(conversation?.key ?? pair.request_id),
    finer: storable(conversation?.finer ?? null),
    standing: standing.standing,
    answer_kind: kinds.answer,
    kinds: kinds.request.join(","),
    differs: standing.differs,
    checks: standing.checks,
    errors: standing.errors,
    judge,
    ...ownOf(own_checks, standing.standing),
  };
}

function ownOf(checked: OwnChecked | null, standing: Standing): Readonly<Record<string, unknown>> {
  const worth = ownWorthOf(standing, checked);
  if (checked === null || worth === null) return { own_set: null, own_high: null, own_low: null, own_told: null };
  return { own_set: storable(checked.set), own_high: worth.high, own_low: worth.low, own_told: worth.told };
}

const WITHOUT_COMPARISON = { comparable: false, not_comparable: [NOT_COMPARED] } as const;

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
    not_comparable: storable(not_comparable.join(",")),
    agrees,
    tools_differ: comparison.tool_names_match === false || comparison.tool_arguments_match === false,
    refused: refusal?.silent === true,
    likeness: single(rouge_l ?? edit_similarity),
    length_ratio: single(length_ratio),
    rank_correlation: single(comparison.rank_correlation),
    same_nearest: single(comparison.same_nearest),
  };
}

/** As a column of single precision holds it: the database refuses what it would have to make infinite, or zero. */
function single(value: number | null | undefined): number | null {
  return figure(Math.fround(figure(value) ?? Number.NaN));
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
