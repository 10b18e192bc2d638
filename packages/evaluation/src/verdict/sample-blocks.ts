import type { Account } from "@understudy/contracts";
import type { VerdictEvidence } from "../evidence.ts";
import type { Selection } from "./selection.ts";
import type { Question } from "./criteria.ts";
import type { Block } from "./verdict.ts";
import { asPercent, asPoints } from "./words.ts";

/** What of the sample is looked at before any criterion is believed. */
export interface Sampled {
  readonly account: Account;
  readonly selection: Selection;
  /** Least time that the evidence must cover, milliseconds. */
  readonly minimumSpanMs: number;
}

/** So much of what was admitted must have been measured: what is missing may be the worst of it. */
const LEAST_MEASURED = 0.9;
/** Beyond this share of admitted mirrors without an outcome of the silent model, the pairs may not look like the traffic. */
const MOST_LOST = 0.01;
/** One conversation with more than this share of the pairs must be within the margin by itself. */
const HEAVY = 0.1;
const HOUR_MS = 3_600_000;

/** How many were measured, of those that a healthy candidate could have been measured in. */
export function measuredShare(
  { standings }: VerdictEvidence,
  account: Account,
): { readonly measured: number; readonly of: number } {
  const measured = standings.measured + standings.silent_failed;
  const ended = account.admitted - account.pending;
  return { measured, of: Math.max(measured, ended - standings.primary_failed) };
}

/** What is wrong with the sample itself, the most telling first. */
export function sampleBlocks({ evidence, margins }: Question, sampled: Sampled): readonly Block[] {
  return [
    lostBlock(sampled.account),
    measuredBlock(evidence, sampled.account),
    selectionBlock(sampled.selection),
    spanBlock(evidence, sampled.minimumSpanMs),
    heavyBlock(evidence, margins.qualityLoss),
  ].filter((block) => block !== null);
}

function measuredBlock(evidence: VerdictEvidence, account: Account): Block | null {
  const { measured, of } = measuredShare(evidence, account);
  if (of === 0 || measured / of >= LEAST_MEASURED) return null;
  const reasons = Object.entries({
    ...evidence.not_comparable,
    ...account.dropped,
    expired: account.expired,
    lost: account.lost,
  })
    .filter(([reason, count]) => count > 0 && reason !== "silent_failed" && reason !== "primary_failed")
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, 3)
    .map(([reason, count]) => `${count} ${reason}`);
  const why = reasons.length === 0 ? "" : ` (${reasons.join(", ")})`;
  return { name: "measured", reason: `only ${asPercent(measured / of)} of what was mirrored could be measured${why}` };
}

function lostBlock(account: Account): Block | null {
  const dropped = Object.values(account.dropped).reduce((sum, count) => sum + count, 0);
  const without = dropped + account.expired + account.lost;
  if (account.admitted === 0 || without / account.admitted <= MOST_LOST) return null;
  const reasons = Object.entries({ expired: account.expired, ...account.dropped, lost: account.lost })
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${count} ${reason}`);
  return {
    name: "lost",
    reason: `${asPercent(without / account.admitted)} of the mirrors have no pair (${reasons.join(", ")})`,
  };
}

function selectionBlock({
  ok,
  sample_ratio,
  sampled,
  configured_rate,
  earlier_rates = [],
  strata,
}: Selection): Block | null {
  if (ok) return null;
  const asked = [...new Set([...earlier_rates, configured_rate ?? 0])].map(asPercent).join(", then ");
  if (sample_ratio?.ok === false && configured_rate !== null && sampled.value !== null) {
    const reason = `${asPercent(sampled.value)} of the requests were mirrored and ${asked} were asked for`;
    return { name: "sample", reason: `${reason}: the pairs are no fair sample of the traffic` };
  }
  const off = strata.filter((stratum) => stratum.off).map(({ by, name }) => `${by} ${name}`);
  return {
    name: "sample",
    reason: `requests of some kinds were mirrored less or more often than asked for: ${off.slice(0, 4).join(", ")}`,
  };
}

function spanBlock({ units }: VerdictEvidence, minimumSpanMs: number): Block | null {
  const { spanMs } = units;
  if (units.conversations === 0 || spanMs >= minimumSpanMs) return null;
  const reason = `the pairs cover ${inHours(spanMs)} and verdict.minimum_span asks for ${inHours(minimumSpanMs)}: traffic and models change over a day`;
  return { name: "span", reason };
}

function heavyBlock({ units }: VerdictEvidence, margin: number | null): Block | null {
  const { heaviest, pairs } = units;
  if (heaviest === null || margin === null || heaviest.difference === null) return null;
  if (heaviest.pairs <= HEAVY * pairs || units.conversations < 2 || heaviest.difference <= margin) return null;
  const share = asPercent(heaviest.pairs / pairs);
  return {
    name: "heavy_conversation",
    reason: `one conversation has ${share} of the pairs, and loses ${asPoints(heaviest.difference)} by itself`,
  };
}

function inHours(ms: number): string {
  const hours = ms / HOUR_MS;
  if (hours < 1) return `${Math.floor(ms / 60_000)} min`;
  return `${Number(hours.toPrecision(3))} h`;
}
