import { ConfigError, faultLine, loadCheckFile, type OwnCheckSet } from "@understudy/config";
import { type Logger, silentLogger, systemClock } from "@understudy/runtime";
import { createOwnChecker } from "@understudy/worker";
import { SingleBar } from "cli-progress";
import { ApiFault } from "./api.ts";
import { CLIENT_HELP, type ClientCall, runClientCommand, UsageError } from "./client-command.ts";
import { asText } from "./evaluate/as-text.ts";
import { evaluatePairs } from "./evaluate/evaluate-pairs.ts";

const MOST_PAIRS = 10_000;
const DEFAULT_PAIRS = 200;

const HELP = `Usage: understudy evaluate --experiment ID --checks FILE [flags]

Tries checks on stored pairs, before they are written into the configuration: how many answers of either side pass, and
who wins where they differ. FILE is YAML with a list under checks, in the words of mirror_settings.checks, or under
promptfoo's assert or defaultTest.assert. Nothing is stored, and no model is called.

  --experiment ID  whose pairs to look at; understudy report lists the ids
  --checks FILE    the checks; files in it are relative to it
  --last N         so many of its newest pairs, at most ${MOST_PAIRS} (default ${DEFAULT_PAIRS})
  --json           the same as --format json
${CLIENT_HELP}`;

const NO_RUBRICS = "llm-rubric is not tried: it asks a judge, and evaluate calls no model";

const OPTIONS = {
  experiment: { type: "string" },
  checks: { type: "string" },
  last: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

/** `understudy evaluate` */
export function runEvaluate(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const run = (call: ClientCall) => evaluate(call, env);
  return runClientCommand({ help: HELP, options: OPTIONS, run }, args, env);
}

async function evaluate({ api, json, values, positionals }: ClientCall, env: NodeJS.ProcessEnv): Promise<string> {
  if (positionals.length > 0) throw new UsageError(`there is nothing to name: ${positionals.join(" ")}`);
  const experiment = required(values, "experiment", "the id of an experiment");
  const file = required(values, "checks", "a YAML file of checks");
  const set = checksIn(file, env);
  if (set.checks.length === 0) throw new ApiFault(`${file}: ${NO_RUBRICS}`);
  if (set.rubrics.checks.length > 0) process.stderr.write(`warning: ${NO_RUBRICS}\n`);
  const last = lastOf(values["last"]);
  const known = await api.experimentIds();
  if (!known.includes(experiment)) {
    const there = known.length === 0 ? "there is none yet" : `there is ${known.join(", ")}`;
    throw new ApiFault(`there is no experiment ${experiment}; ${there}`);
  }
  const why = new Map<string, string>();
  const checker = createOwnChecker({ clock: systemClock, logger: noting(why) });
  const progress = new SingleBar({
    format: "  evaluate [{bar}] {value}/{total}  {duration_formatted}",
    stream: process.stderr,
    noTTYOutput: true,
    notTTYSchedule: 5_000,
  });
  try {
    const faults = await checker.faultsOf(set);
    if (faults.length > 0) throw new ApiFault(faults.map((fault) => faultLine({ ...fault, path: file })).join("\n"));
    progress.start(last, 0);
    const result = await evaluatePairs(
      { experiment, set, last },
      { api, checker, looked: (done) => progress.update(done) },
    );
    progress.setTotal(result.pairs);
    for (const tally of result.checks) tally.why = why.get(tally.name) ?? null;
    progress.stop();
    return json || values["json"] === true ? JSON.stringify(result, null, 2) : asText(result);
  } finally {
    progress.stop();
    await checker.service.stop(new AbortController().signal);
  }
}

/** Keeps why each check could not be run, the first time. */
function noting(why: Map<string, string>): Logger {
  return {
    ...silentLogger,
    warn(_, { check, error } = {}) {
      if (typeof check === "string" && !why.has(check)) why.set(check, String(error));
    },
  };
}

function required(values: ClientCall["values"], flag: string, meaning: string): string {
  const value = values[flag];
  if (typeof value !== "string" || value === "") throw new UsageError(`--${flag} is missing: write ${meaning}`);
  return value;
}

function checksIn(file: string, env: NodeJS.ProcessEnv): OwnCheckSet {
  try {
    return loadCheckFile(file, env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ApiFault(error.message);
  }
}

function lastOf(text: unknown): number {
  if (typeof text !== "string") return DEFAULT_PAIRS;
  const count = Number(text);
  if (Number.isInteger(count) && count > 0 && count <= MOST_PAIRS) return count;
  throw new UsageError(`--last: ${text} is no whole number from 1 to ${MOST_PAIRS}`);
}
