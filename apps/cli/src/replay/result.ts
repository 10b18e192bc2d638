import type { EndedBy } from "./send-replays.ts";
import { usd } from "./progress.ts";

/** What a replay did, or with `dry_run` would do. As `--format json` prints it. */
export interface ReplayResult {
  /** Id of the replay's experiment. */
  readonly experiment: string;
  readonly source: string;
  readonly silent_model: string;
  readonly dry_run: boolean;
  readonly ended_by: EndedBy;
  /** Requests that an earlier run of the same replay has sent, and that have their pair. */
  readonly already_replayed: number;
  /** Pairs whose request is not kept, or not any more. */
  readonly without_texts: number;
  /** Requests that this run sent, or would send. */
  readonly sent: number;
  readonly paired: number;
  readonly failed: number;
  readonly expired: number;
  readonly dropped: number;
  /** Sent, and without an outcome when this run ended. */
  readonly pending: number;
  /** By the whole replay, earlier runs included. */
  readonly spent_usd: number;
  /** What this run was estimated to cost; null where the silent model's price is not known. */
  readonly estimated_usd: number | null;
  readonly budget_usd: number | null;
}

export function asText(result: ReplayResult): string {
  return result.dry_run ? dryRunText(result) : doneText(result);
}

function dryRunText({ sent, source, silent_model, experiment, ...rest }: ReplayResult): string {
  const { estimated_usd, already_replayed, without_texts, ended_by } = rest;
  const cost = estimated_usd === null ? "an unknown amount" : `about $${usd(estimated_usd)}`;
  return [
    `${sent} requests of ${source} would be sent to ${silent_model}, for ${cost}${because(ended_by)}.`,
    ...leftOut(already_replayed, without_texts),
    `Their pairs would be the experiment ${experiment}. Nothing was sent.`,
  ].join("\n");
}

function doneText(result: ReplayResult): string {
  const { sent, source, silent_model, paired, failed, expired, dropped, pending, experiment } = result;
  return [
    `${sent} requests of ${source} were sent to ${silent_model}${because(result.ended_by)}.`,
    `${sent} sent = ${paired} paired + ${failed} failed + ${expired} expired + ${dropped} dropped + ${pending} pending`,
    ...leftOut(result.already_replayed, result.without_texts),
    `$${usd(result.spent_usd)} spent${result.budget_usd === null ? "" : ` of $${usd(result.budget_usd)}`}, earlier runs included.`,
    `What the pairs say: understudy report ${experiment}`,
  ].join("\n");
}

function because(endedBy: EndedBy): string {
  switch (endedBy) {
    case "all_sent":
      return "";
    case "limit":
      return ", and the limit is reached";
    case "budget":
      return ", and the budget is used up";
    case "interrupted":
      return " before it was stopped; the same command goes on from here";
  }
}

function leftOut(already: number, withoutTexts: number): readonly string[] {
  return [
    ...(already === 0 ? [] : [`${already} were replayed by an earlier run.`]),
    ...(withoutTexts === 0 ? [] : [`${withoutTexts} were skipped: their texts are not kept.`]),
  ];
}
