import { parseDuration } from "@understudy/config";
import { parseArgs } from "node:util";

export const FORMATS = ["text", "json"] as const;

export interface ReplayOptions {
  readonly experiment: string;
  readonly silent: string;
  /** Requests in all, those of earlier runs included. */
  readonly limit: number;
  /** For the whole replay, earlier runs included; null is no cap. */
  readonly budgetUsd: number | null;
  /** Epoch milliseconds at which the stored outcome was known: not before, and before. */
  readonly since: number;
  readonly until: number;
  readonly dryRun: boolean;
  /** Whether to stay until every request that was sent has its outcome. */
  readonly wait: boolean;
  readonly format: (typeof FORMATS)[number];
  /** Flags that every process has, as they were written. */
  readonly processArgs: readonly string[];
}

const PASSED_ON = ["config", "redis-url", "database-url", "data-dir", "log-level"] as const;

/** The queue's keys come as variables alone. */
export const PROCESS_FLAGS = [...PASSED_ON, "queue-keys", "queue-unsealed"] as const;

/** Throws an `Error` that says what to write; null when only help was asked for. */
export function readReplayOptions(args: readonly string[], now: number): ReplayOptions | null {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      experiment: text,
      silent: text,
      limit: text,
      "budget-usd": text,
      since: text,
      until: text,
      "dry-run": { type: "boolean", default: false },
      "no-wait": { type: "boolean", default: false },
      format: { type: "string", default: "text" },
      help: { type: "boolean", short: "h", default: false },
      config: text,
      "redis-url": text,
      "database-url": text,
      "data-dir": text,
      "log-level": text,
    },
  });
  if (values.help) return null;
  const format = FORMATS.find((name) => name === values.format);
  if (format === undefined) throw new Error(`--format: ${values.format} is not one of ${FORMATS.join(", ")}`);
  return {
    experiment: required("experiment", values.experiment, "the id of the experiment whose requests are to be replayed"),
    silent: required("silent", values.silent, "the model group to replay them to"),
    limit: values.limit === undefined ? Number.POSITIVE_INFINITY : countOf(values.limit),
    budgetUsd: values["budget-usd"] === undefined ? null : budgetOf(values["budget-usd"]),
    since: momentOf("since", values.since, now) ?? 0,
    until: momentOf("until", values.until, now) ?? now,
    dryRun: values["dry-run"],
    wait: !values["no-wait"],
    format,
    processArgs: PASSED_ON.flatMap((flag) => (values[flag] === undefined ? [] : [`--${flag}`, values[flag]])),
  };
}

function required(flag: string, value: string | undefined, meaning: string): string {
  if (value === undefined || value === "") throw new Error(`--${flag} is missing: write ${meaning}`);
  return value;
}

function countOf(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new Error(`--limit: ${text} is no whole number above 0`);
}

function budgetOf(text: string): number {
  const usd = Number(text.replace(/^\$/, ""));
  if (text.trim() !== "" && Number.isFinite(usd) && usd > 0) return usd;
  throw new Error(`--budget-usd: ${text} is no amount of US dollars above 0`);
}

/** A date, epoch milliseconds, or how long ago. */
function momentOf(flag: string, text: string | undefined, now: number): number | null {
  if (text === undefined) return null;
  const ago = /^\d+$/.test(text) ? null : parseDuration(text);
  const moment = /^\d+$/.test(text) ? Number(text) : ago === null ? Date.parse(text) : now - ago;
  if (Number.isFinite(new Date(moment).getTime())) return moment;
  throw new Error(
    `--${flag}: ${text} is no time; write 2026-01-31T12:00:00Z, epoch milliseconds, or 24h or 7d for ago`,
  );
}
