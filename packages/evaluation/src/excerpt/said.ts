import type { CallRecord, PairOutcome } from "@understudy/contracts";
import { checksOf } from "../compare/checks.ts";
import type { Comparison } from "../compare/comparison.ts";
import { CHECK_WORDS, FAILURE_WORDS, REASON_WORDS } from "./words.ts";

/** A pair, as far as it is told in words. */
export interface ToldPair {
  readonly outcome: PairOutcome;
  readonly reason: string | null;
  readonly primary: CallRecord;
  readonly silent: CallRecord | null;
  readonly comparison: Partial<Comparison> | null;
}

/**
 * Why a pair is worth reading, or is not, in words and without any of its texts. `where` is what the texts say of the place where
 * they differ: it takes the place of a reason that says no more.
 */
export function saidOf({ outcome, reason, primary, silent, comparison }: ToldPair, where: Where | null = null): string {
  if (silent === null) return `Never called: ${spelled(reason ?? outcome)}`;
  if (primary.status === "error") return `The primary failed: ${lower(failureOf(primary))}`;
  if (silent.status === "error") return `${failureOf(silent)}${primaryTook(primary)}`;
  if (silent.status === "partial") return "Its answer broke off";
  if (comparison === null) return REASON_WORDS.too_large;
  const failed = failedChecks(comparison);
  const found = foundOf(comparison, where);
  const why = [...(failed === "" ? [] : [capital(failed)]), ...(found === "" ? [] : [found])];
  const kept = comparison.comparable === true ? "" : `Not comparable: ${reasonsOf(comparison)}`;
  return [...(kept === "" ? [] : [kept]), ...why].join("; ");
}

/** What the texts say of where they differ. */
export interface Where {
  readonly of: "json" | "tools" | "text";
  readonly words: string;
}

function foundOf({ agrees = null, reason, json_differences }: Partial<Comparison>, where: Where | null): string {
  if (reason === null || reason === undefined) return agrees === true ? "Agree" : agrees === false ? "Disagree" : "";
  const named = REASON_WORDS[reason] ?? spelled(reason);
  if (agrees === true) return named;
  if (where !== null && where.words !== "") {
    if (where.of === "tools") return where.words;
    return where.of === "json" ? `JSON: ${where.words}` : `${named}: ${where.words}`;
  }
  const paths = (json_differences ?? []).slice(0, 3).map(({ path }) => path);
  return paths.length === 0 ? named : `JSON: ${paths.join(", ")} differ`;
}

function failedChecks(comparison: Partial<Comparison>): string {
  const lost = checksOf(comparison).filter(({ primary, silent }) => primary === "pass" && silent === "fail");
  return lost.map(({ name }) => CHECK_WORDS[name]).join(", ");
}

function failureOf({ error, attempts }: CallRecord): string {
  if (error === null) return "Failed";
  const last = attempts.at(-1);
  const words =
    error.kind === "timeout" && last !== undefined
      ? `No answer within ${seconds(last.duration_ms)}`
      : FAILURE_WORDS[error.kind];
  return attempts.length > 1 ? `${words}, tried ${attempts.length} times` : words;
}

function primaryTook({ timing, model_group }: CallRecord): string {
  return timing.model_ms === null ? "" : `; ${model_group} took ${seconds(timing.model_ms)}`;
}

function seconds(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  return `${ms < 10_000 ? (ms / 1_000).toFixed(1) : Math.round(ms / 1_000)} s`;
}

function reasonsOf({ not_comparable = [] }: Partial<Comparison>): string {
  return not_comparable.map(spelled).join(", ");
}

function spelled(name: string): string {
  return name.replaceAll("_", " ");
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function lower(text: string): string {
  return `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`;
}
