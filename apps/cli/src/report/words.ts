import type { Decision } from "@understudy/contracts";
import type { Criterion, Report } from "@understudy/evaluation";
import { type Figure, total, type Unit } from "./figures.ts";

const DECISIONS: Readonly<Record<Decision, string>> = {
  promote: "PROMOTE",
  promote_provisional: "PROMOTE (PROVISIONAL)",
  reject: "REJECT",
  keep_watching: "KEEP WATCHING",
  cannot_judge: "CANNOT JUDGE",
};

export interface OpeningLine {
  readonly text: string;
  /** What must be known before any figure is believed. */
  readonly warns: boolean;
}

/**
 * What stands above all tables: the answer, and the warnings. They come before it where what was mirrored does not look
 * like what was asked for, since then no answer can be trusted. The notes belong below the criteria.
 */
export function opening(report: Report): { readonly lines: readonly OpeningLine[]; readonly notes: readonly string[] } {
  const { warnings, selection, verdict } = report;
  const answer = { text: verdictLine(report), warns: false };
  const warned = warnings.map((text) => ({ text: clean(text), warns: true }));
  const told = ({ note }: Criterion): boolean => note !== null && !verdict.reason.includes(note);
  return {
    lines: selection.ok ? [answer, ...warned] : [...warned, answer],
    notes: [
      ...verdict.criteria.filter(told).map(({ name, note }) => clean(`${name.replaceAll("_", " ")} ${note}`)),
      ...waitsOf(verdict),
      ...(verdict.days_needed === null || verdict.days_needed === 0
        ? []
        : [`about ${daysText(verdict.days_needed)} more`]),
      ...(verdict.kept === null ? [] : [clean(verdict.kept.reason)]),
      ...(verdict.rungs.length === 0 ? [] : [`carried by ${rungsText(verdict.rungs)}`]),
    ],
  };
}

/** The answer in one line: what to do, and why. */
export function verdictLine(report: Report): string {
  const { verdict, experiment } = report;
  const { primary, silent, control, replay } = experiment;
  const decision = control ? "CONTROL" : DECISIONS[verdict.decision];
  const who = control ? `${primary} with itself` : `${silent} for ${primary}`;
  return clean(`${decision}: ${who}${replay ? " (replay)" : ""}, ${evidenceText(report)}; ${verdict.reason}`);
}

/** How much the verdict rests on: conversations where they are fewer than their pairs, and what has not entered yet. */
function evidenceText({ verdict: { pairs, conversations }, pairs: { called } }: Report): string {
  const counted = pairs < called ? `${pairs} of ${called} pairs` : `${pairs} ${pairs === 1 ? "pair" : "pairs"}`;
  return conversations === pairs ? counted : `${counted}, ${conversations} conversations`;
}

export function accountLine({ account }: Report): string {
  const lost = account.lost > 0 ? `${account.lost} lost + ` : "";
  const reasons = Object.entries(account.dropped).map(([reason, count]) => `${count} ${reason}`);
  return (
    `${account.admitted} admitted = ${account.paired} paired + ${account.failed} failed + ${account.expired} expired` +
    ` + ${total(account.dropped)} dropped${reasons.length === 0 ? "" : ` (${reasons.join(", ")})`}` +
    ` + ${lost}${account.pending} pending`
  );
}

function daysText(days: number): string {
  if (days >= 1) return `${Number(days.toPrecision(2))} ${days < 1.05 ? "day" : "days"}`;
  const hours = days * 24;
  return hours >= 1 ? `${Number(hours.toPrecision(2))} h` : "an hour";
}

/** What a promote waits for besides the first reason; nothing waits after a rejection. */
function waitsOf({ decision, blocks, reason }: Report["verdict"]): readonly string[] {
  if (decision !== "keep_watching") return [];
  return blocks.filter((block) => block.reason !== reason).map((block) => clean(`waits: ${block.reason}`));
}

/** `checks (100% of the pairs) and judge (100%)`. */
function rungsText(rungs: Report["verdict"]["rungs"]): string {
  return rungs.map(({ name, share }) => `${name.replaceAll("_", " ")} (${percentText(share)} of the pairs)`).join(", ");
}

/** Estimate, bounds, margin, state, further pairs of a criterion, and what it rests on. */
export function criterionCells(criterion: Criterion): readonly string[] {
  const { name, state, estimate, low, high, margin, unit, pairs_needed, basis } = criterion;
  const show = (value: number | null): string => inUnit(value, unit === "ratio" ? "times" : "rate");
  const none = state === "open" ? "not yet" : "-";
  const bounds = low === null && high === null ? none : `${show(low)} to ${show(high)}`;
  const more = pairs_needed === null ? "?" : pairs_needed === 0 ? "-" : `about ${pairs_needed}`;
  const under = state === "pass" && basis === "conditional" ? " (on condition)" : "";
  return [
    name.replaceAll("_", " "),
    show(estimate),
    bounds,
    show(margin),
    `${state.replaceAll("_", " ")}${under}`,
    more,
    restsOn(criterion),
  ];
}

/** `2000 pairs`, `5000 pairs in 250 conversations`, and the share of all that it speaks for. */
function restsOn({ pairs, conversations, share }: Criterion): string {
  const talks = conversations === pairs ? "" : ` in ${conversations} conversations`;
  const part = share === null || share > 0.995 ? "" : `, speaks for ${percentText(share)}`;
  return `${pairs} pairs${talks}${part}`;
}

/** What the costs look like so far, beside what decides. */
export function asymptoticCell({ asymptotic, unit }: Criterion): string {
  if (asymptotic === null) return "-";
  const show = (value: number | null): string => inUnit(value, unit === "ratio" ? "times" : "rate");
  return `${show(asymptotic.low)} to ${show(asymptotic.high)}`;
}

/** A figure with its interval, where it has one. */
export function figureText({ value, low, high, unit }: Figure): string {
  const interval = low === null || high === null ? "" : ` (${inUnit(low, unit)} to ${inUnit(high, unit)})`;
  return `${inUnit(value, unit)}${interval}`;
}

export const msText = (value: number | null): string => inUnit(value, "ms");
export const percentText = (value: number): string => inUnit(value, "rate");
export const moneyText = (value: number | null): string => (value === null ? "unknown" : inUnit(value, "usd"));

/** What makes a pair one of the worst by a measure, and for how many others of its prompt it stands. */
export function worstText(measure: string, value: number, more: number): string {
  const worse = worseText(measure, value);
  return more === 0 ? worse : `${worse}, and ${more} more of its prompt`;
}

function worseText(measure: string, value: number): string {
  if (measure === "slower") return `+${msText(value)}`;
  if (measure === "dearer") return `+${inUnit(value, "usd")}`;
  return measure === "longer" ? inUnit(value, "times") : `likeness ${value.toFixed(2)}`;
}

function inUnit(value: number | null, unit: Unit): string {
  if (value === null) return "-";
  switch (unit) {
    case "rate":
      return `${(value * 100).toFixed(1)}%`;
    case "ms":
      return `${value.toFixed(value < 10 && value > -10 ? 1 : 0)} ms`;
    case "usd":
      return usdText(value);
    case "times":
      return `${Number(value.toPrecision(3))} x`;
    case "p":
      return value < 0.001 ? "< 0.001" : value.toFixed(3);
    case "cosine":
    case "correlation":
      return value.toFixed(3);
    case "pairs":
    case "tokens":
      return String(value);
  }
}

/** A single call may cost a hundredth of a cent: two digits are shown of what is that small. */
function usdText(value: number): string {
  const amount = Math.abs(value);
  const digits = amount > 0 && amount < 0.01 ? Math.min(12, 1 - Math.floor(Math.log10(amount))) : 4;
  return `${value < 0 ? "-" : ""}$${amount.toFixed(digits)}`;
}

/** Text of others on a terminal: control characters could write anything there. */
export function clean(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}]+/gu, " ");
}
