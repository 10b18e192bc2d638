import type { QueueSummary } from "@understudy/contracts";
import { CLIENT_HELP, type ClientCall, runClientCommand, UsageError } from "./client-command.ts";
import { tableOf } from "./report/as-table.ts";
import { clean } from "./report/words.ts";

const HELP = `Usage: understudy queues [flags]

Prints each silent model's queue: jobs that wait, are under way, or wait for another try; the age of the job that is next
in line; failed jobs; pairs a minute over the last five; and what was dropped, by reason.

${CLIENT_HELP}`;

/** `understudy queues` */
export function runQueues(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const run = async ({ api, json, positionals }: ClientCall) => {
    if (positionals.length > 0) throw new UsageError(`there is nothing to name: ${positionals.join(" ")}`);
    const queues = await api.queues();
    return json ? JSON.stringify(queues, null, 2) : asText(queues);
  };
  return runClientCommand({ help: HELP, run }, args, env);
}

const HEAD = ["silent model", "waiting", "active", "delayed", "oldest", "failed", "pairs/min", "dropped"];

function asText(queues: readonly QueueSummary[]): string {
  if (queues.length === 0) return "No deployment names a silent_model: nothing is mirrored.";
  return tableOf(HEAD, queues.map(cellsOf));
}

function cellsOf(queue: QueueSummary): string[] {
  const { silent_model, depth, oldest_ms, pairs_per_minute, dropped } = queue;
  const reasons =
    dropped === null ? ["unknown"] : Object.entries(dropped).map(([reason, count]) => `${count} ${reason}`);
  return [
    clean(silent_model) + stateOf(queue),
    ...[depth.waiting, depth.active, depth.delayed].map(String),
    oldest_ms === null ? "-" : asDuration(oldest_ms),
    String(depth.failed),
    pairs_per_minute === null ? "unknown" : pairs_per_minute.toFixed(1),
    reasons.length === 0 ? "0" : reasons.join(", "),
  ];
}

function stateOf({ paused, resting_ms }: QueueSummary): string {
  if (paused) return " (paused)";
  return resting_ms === null ? "" : ` (rests for ${asDuration(resting_ms)})`;
}

/** `12 s`, `5 m 3 s`, `2 h 10 m`. */
function asDuration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} m ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} m`;
}
