import { tableOf } from "../report/as-table.ts";
import { clean } from "../report/words.ts";
import type { CheckTally, EvaluateResult } from "./tally.ts";

/** A table of six columns in 80 characters leaves its first so many. */
const LONGEST_NAME = 28;
const HEAD = ["check", "primary", "silent", "won", "lost", "not run"];

export function asText(result: EvaluateResult): string {
  const { checks, checked, silent_failed } = result;
  const counted = checked + silent_failed;
  if (counted === 0) return `${countsLine(result)}\nNo pair could be checked.`;
  return [
    countsLine(result),
    tableOf(HEAD, checks.map(cellsOf)),
    `Net loss over ${counted} pairs: ${pointsOf(result.loss / counted)} (fails what the primary passes, or reverse).`,
    ...checks.flatMap(lossLines),
    ...checks.flatMap(({ name, why }) => (why === null ? [] : [clean(`${name} could not be run: ${why}`)])),
    ...checks.flatMap(blindLine),
  ].join("\n");
}

function countsLine({
  experiment,
  pairs,
  checked,
  silent_failed,
  not_comparable,
  without_texts,
}: EvaluateResult): string {
  const rest = [
    silent_failed === 0 ? [] : [`${silent_failed} failed (lost)`],
    not_comparable === 0 ? [] : [`${not_comparable} not comparable`],
    without_texts === 0 ? [] : [`${without_texts} without texts`],
  ].flat();
  const others = rest.length === 0 ? "" : `, ${rest.join(", ")}`;
  return clean(`${experiment}: ${pairs} pairs, ${checked} checked${others}`);
}

function cellsOf({ name, primary_passes, silent_passes, won, lost, not_run }: CheckTally): string[] {
  return [shortened(clean(name)), ...[primary_passes, silent_passes, won, lost, not_run].map(String)];
}

function shortened(name: string): string {
  return name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME - 1).trimEnd()}…`;
}

function lossLines({ name, losing_pairs, lost }: CheckTally): readonly string[] {
  if (lost === 0) return [];
  const more = lost > losing_pairs.length ? ` (the newest ${losing_pairs.length} of ${lost})` : "";
  return [`lost: ${shortened(clean(name))}${more}`, ...losing_pairs.map((id) => `  ${clean(id)}`)];
}

/** What the primary never passes shows no candidate to be worse. */
function blindLine({ name, type, primary_passes, not_run, won, silent_passes }: CheckTally): readonly string[] {
  const failed = primary_passes === 0 && not_run === 0 && won === silent_passes;
  if (!failed || type.startsWith("not-")) return [];
  return [`! The primary never passes ${shortened(clean(name))}: it shows nobody to be worse.`];
}

function pointsOf(rate: number): string {
  return `${Number((rate * 100).toFixed(1))} points`;
}
