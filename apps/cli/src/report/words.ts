import type { Criterion, Decision, Report } from "@understudy/evaluation";
import { type Figure, total, type Unit } from "./figures.ts";

const DECISIONS: Readonly<Record<Decision, string>> = {
  promote: "PROMOTE",
  reject: "REJECT",
  keep_watching: "KEEP WATCHING",
};

/** The answer first: what to do, and why. */
export function verdictLine({ verdict, experiment }: Report): string {
  const more = verdict.decision === "keep_watching" && verdict.pairs_needed !== null && verdict.pairs_needed > 0;
  const needed = more ? ` (about ${verdict.pairs_needed} more pairs)` : "";
  const who = experiment.control
    ? `${experiment.primary} with itself`
    : `${experiment.silent} for ${experiment.primary}`;
  const how = experiment.replay ? " (replay)" : "";
  return clean(`${DECISIONS[verdict.decision]}${needed}: ${who}${how}, ${verdict.pairs} pairs; ${verdict.reason}`);
}

export function accountLine({ account }: Report): string {
  const lost = account.lost > 0 ? `${account.lost} lost + ` : "";
  return (
    `${account.admitted} admitted = ${account.paired} paired + ${account.failed} failed + ${account.expired} expired` +
    ` + ${total(account.dropped)} dropped + ${lost}${account.pending} pending`
  );
}

/** Estimate, bounds, margin and state of a criterion. */
export function criterionCells({ name, state, estimate, low, high, margin, unit }: Criterion): readonly string[] {
  const show = (value: number | null): string => inUnit(value, unit === "points" ? "rate" : "times");
  const bounds = low === null && high === null ? "not yet" : `${show(low)} to ${show(high)}`;
  return [name, show(estimate), bounds, show(margin), state];
}

/** A figure with its interval, where it has one. */
export function figureText({ value, low, high, unit }: Figure): string {
  const interval = low === null || high === null ? "" : ` (${inUnit(low, unit)} to ${inUnit(high, unit)})`;
  return `${inUnit(value, unit)}${interval}`;
}

function inUnit(value: number | null, unit: Unit): string {
  if (value === null) return "-";
  switch (unit) {
    case "rate":
      return `${(value * 100).toFixed(1)}%`;
    case "ms":
      return `${value.toFixed(value < 10 && value > -10 ? 1 : 0)} ms`;
    case "usd":
      return `$${value.toFixed(4)}`;
    case "times":
      return `${Number(value.toPrecision(3))} x`;
    case "p":
      return value < 0.001 ? "< 0.001" : value.toFixed(3);
    case "cosine":
      return value.toFixed(3);
    case "pairs":
    case "tokens":
      return String(value);
  }
}

/** Text of others on a terminal: control characters could write anything there. */
export function clean(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}]+/gu, " ");
}
