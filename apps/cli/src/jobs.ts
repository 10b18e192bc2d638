import { JOB_STATES, type JobsMeant, type JobState, type QueuedJob } from "@understudy/contracts";
import { type Api, ApiFault, NotFoundFault } from "./api.ts";
import { CLIENT_HELP, type ClientCall, runClientCommand, UsageError } from "./client-command.ts";
import { tableOf } from "./report/as-table.ts";
import { clean } from "./report/words.ts";

const HELP = `Usage: understudy jobs failed|delayed|waiting|active [--silent MODEL] [--limit N] [flags]
       understudy jobs retry PAIR_ID | --all [--silent MODEL] [--state STATE] [flags]
       understudy jobs discard PAIR_ID | --all [--silent MODEL] [--state STATE] [flags]

failed   lists the failed jobs, newest first: why, when, and after how many deliveries
delayed  lists those that wait for another try, waiting those that nobody has taken yet, active those a worker has
retry    puts failed jobs back on the queue: the outcome is taken back, and the silent model is asked again; delayed ones
         are delivered now
discard  forgets jobs; failed ones keep their outcome, the mirrors of others are dropped as discarded

  --silent MODEL   of this silent model (needed with --all where there are several)
  --state STATE    waiting, delayed, active or failed (default: failed with --all, any with a pair id)
  --all            all that are in that state now, up to 1,000
  --limit N        jobs to list for each silent model (default 50)
${CLIENT_HELP}`;

const OPTIONS = {
  silent: { type: "string" },
  state: { type: "string" },
  all: { type: "boolean", default: false },
  limit: { type: "string", default: "50" },
} as const;

/** `understudy jobs failed|delayed|waiting|active|retry|discard` */
export function runJobs(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  return runClientCommand({ help: HELP, options: OPTIONS, run }, args, env);
}

function run(call: ClientCall): Promise<string> {
  const [what, ...ids] = call.positionals;
  if (what === "retry" || what === "discard") return act(what, ids, call);
  if (what === undefined) throw new UsageError(`say ${JOB_STATES.join(", ")}, retry or discard`);
  const state = JOB_STATES.find((known) => known === what);
  if (state === undefined) throw new UsageError(`jobs knows no ${what}`);
  if (ids.length > 0) throw new UsageError(`jobs ${state} takes no pair id`);
  return list(state, call);
}

type ListedJob = QueuedJob & { readonly silent_model: string };

async function list(state: JobState, { api, json, values }: ClientCall): Promise<string> {
  const limit = Number(values["limit"]);
  if (!Number.isInteger(limit) || limit < 1) throw new UsageError("--limit: must be a whole number from 1");
  const jobs: ListedJob[] = [];
  for (const silentModel of await modelsMeant(api, values)) {
    const listed = await firstOf({ silentModel, state }, limit, api);
    jobs.push(...listed.map((job) => ({ silent_model: silentModel, ...job })));
  }
  if (json) return JSON.stringify(jobs, null, 2);
  if (jobs.length === 0) return `No ${state} jobs.`;
  return state === "failed" ? tableOf(FAILED_HEAD, jobs.map(failedCells)) : tableOf(HEAD, jobs.map(cells));
}

const MOST_A_PAGE = 100;

async function firstOf(meant: JobsMeant, limit: number, api: Api): Promise<readonly QueuedJob[]> {
  const jobs: QueuedJob[] = [];
  let cursor: string | null = null;
  do {
    const page = await api.jobs(meant, Math.min(MOST_A_PAGE, limit - jobs.length), cursor);
    jobs.push(...page.data);
    cursor = page.next_cursor;
  } while (cursor !== null && jobs.length < limit);
  return jobs;
}

const FAILED_HEAD = ["silent model", "pair", "failed at (UTC)", "deliveries", "reason"];
const HEAD = ["silent model", "pair", "admitted at (UTC)", "deliveries"];

function failedCells({ reason, failed_at, ...job }: ListedJob): string[] {
  return [
    clean(job.silent_model),
    clean(job.pair_id),
    when(failed_at),
    String(job.attempts),
    clean(reason).slice(0, 80),
  ];
}

function cells({ silent_model, pair_id, admitted_at, attempts }: ListedJob): string[] {
  return [clean(silent_model), clean(pair_id), when(admitted_at), String(attempts)];
}

function when(at: number | null): string {
  return at === null ? "-" : new Date(at).toISOString().replace("T", " ").slice(0, 19);
}

type What = "retry" | "discard";

function act(what: What, ids: readonly string[], call: ClientCall): Promise<string> {
  const [id] = ids;
  if (call.values["all"] === true) {
    if (id !== undefined) throw new UsageError("name a pair id or --all, not both");
    return actOnAll(what, call);
  }
  if (id === undefined || ids.length > 1) throw new UsageError(`jobs ${what} takes one pair id, or --all`);
  return actOnOne(what, id, call);
}

async function actOnOne(what: What, id: string, { api, json, values }: ClientCall): Promise<string> {
  const named = stateNamed(values);
  for (const silentModel of await modelsMeant(api, values)) {
    for (const state of named === null ? JOB_STATES.toReversed() : [named]) {
      if (!(await isDone(what, { silentModel, state }, id, api))) continue;
      const status = what === "retry" ? "retried" : "discarded";
      if (json) return JSON.stringify({ silent_model: silentModel, state, pair_id: id, status });
      return `${clean(id)} was ${status} (${clean(silentModel)})`;
    }
  }
  throw new ApiFault(`there is no ${named === null ? "" : `${named} `}job ${id}; understudy jobs failed lists them`);
}

/** False where there is no such job. */
async function isDone(what: What, meant: JobsMeant, id: string, api: Api): Promise<boolean> {
  try {
    await api.actOnJob(what, meant, id);
    return true;
  } catch (error) {
    if (error instanceof NotFoundFault) return false;
    throw error;
  }
}

async function actOnAll(what: What, { api, json, values }: ClientCall): Promise<string> {
  const state = stateNamed(values) ?? "failed";
  const models = await modelsMeant(api, values);
  const [silent_model = ""] = models;
  const meant = { silentModel: silent_model, state };
  if (models.length > 1) throw new ApiFault(`name the silent model with --silent; there is ${models.join(", ")}`);
  if (what === "discard") {
    const discarded = await api.discardAll(meant);
    return json ? JSON.stringify({ silent_model, discarded }) : `${discarded} discarded (${clean(silent_model)})`;
  }
  const { retried, refused } = await api.retryAll(meant);
  if (refused.length > 0) process.exitCode = 1;
  if (json) return JSON.stringify({ silent_model, retried, refused });
  const lines = refused.map(({ pair_id, message }) => `${clean(pair_id)} was not retried: ${clean(message)}`);
  return [`${retried} retried (${clean(silent_model)})`, ...lines].join("\n");
}

/** Null where none is named. */
function stateNamed({ state }: ClientCall["values"]): JobState | null {
  if (typeof state !== "string") return null;
  const known = JOB_STATES.find((one) => one === state);
  if (known === undefined) throw new UsageError(`--state: ${state} is not one of ${JOB_STATES.join(", ")}`);
  return known;
}

/** The one that was named, or all there are. */
async function modelsMeant(api: Api, values: ClientCall["values"]): Promise<readonly string[]> {
  const known = (await api.queues()).map(({ silent_model }) => silent_model);
  const silent = values["silent"];
  if (known.length === 0) throw new ApiFault("no deployment of this gateway names a silent_model");
  if (typeof silent !== "string") return known;
  if (known.includes(silent)) return [silent];
  throw new ApiFault(`there is no silent model ${silent}; there is ${known.join(", ")}`);
}
