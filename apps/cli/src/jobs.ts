import type { FailedJob } from "@understudy/mirror";
import { type Api, ApiFault, NotFoundFault } from "./api.ts";
import { CLIENT_HELP, type ClientCall, runClientCommand, UsageError } from "./client-command.ts";
import { tableOf } from "./report/as-table.ts";
import { clean } from "./report/words.ts";

const HELP = `Usage: understudy jobs failed [--silent MODEL] [--limit N] [flags]
       understudy jobs retry PAIR_ID | --all [--silent MODEL] [flags]
       understudy jobs discard PAIR_ID | --all [--silent MODEL] [flags]

failed   lists the failed jobs, newest first: why, when, and after how many deliveries
retry    puts failed jobs back on the queue: the outcome is taken back, and the silent model is asked again
discard  forgets failed jobs; their outcome stays

  --silent MODEL   of this silent model (needed with --all where there are several)
  --all            all that are failed now, up to 1,000
  --limit N        jobs to list for each silent model (default 50)
${CLIENT_HELP}`;

const OPTIONS = {
  silent: { type: "string" },
  all: { type: "boolean", default: false },
  limit: { type: "string", default: "50" },
} as const;

/** `understudy jobs failed|retry|discard` */
export function runJobs(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  return runClientCommand({ help: HELP, options: OPTIONS, run }, args, env);
}

function run(call: ClientCall): Promise<string> {
  const [what, ...ids] = call.positionals;
  switch (what) {
    case "failed":
      if (ids.length > 0) throw new UsageError("jobs failed takes no pair id");
      return listFailed(call);
    case "retry":
    case "discard":
      return settleFailed(what, ids, call);
    case undefined:
      throw new UsageError("say failed, retry or discard");
    default:
      throw new UsageError(`jobs knows no ${what}`);
  }
}

type ListedJob = FailedJob & { readonly silent_model: string };

async function listFailed({ api, json, values }: ClientCall): Promise<string> {
  const limit = Number(values["limit"]);
  if (!Number.isInteger(limit) || limit < 1) throw new UsageError("--limit: must be a whole number from 1");
  const jobs: ListedJob[] = [];
  for (const silent_model of await modelsMeant(api, values)) {
    const listed = await firstFailed(api, silent_model, limit);
    jobs.push(...listed.map((job) => ({ silent_model, ...job })));
  }
  if (json) return JSON.stringify(jobs, null, 2);
  return jobs.length === 0 ? "No failed jobs." : tableOf(HEAD, jobs.map(cellsOf));
}

const MOST_A_PAGE = 100;

async function firstFailed(api: Api, silentModel: string, limit: number): Promise<readonly FailedJob[]> {
  const jobs: FailedJob[] = [];
  let cursor: string | null = null;
  do {
    const page = await api.failedJobs(silentModel, Math.min(MOST_A_PAGE, limit - jobs.length), cursor);
    jobs.push(...page.data);
    cursor = page.next_cursor;
  } while (cursor !== null && jobs.length < limit);
  return jobs;
}

const HEAD = ["silent model", "pair", "failed at (UTC)", "deliveries", "reason"];

function cellsOf({ silent_model, pair_id, failed_at, attempts, reason }: ListedJob): string[] {
  const when = failed_at === null ? "-" : new Date(failed_at).toISOString().replace("T", " ").slice(0, 19);
  return [clean(silent_model), clean(pair_id), when, String(attempts), clean(reason).slice(0, 80)];
}

function settleFailed(what: "retry" | "discard", ids: readonly string[], call: ClientCall): Promise<string> {
  const [id] = ids;
  if (call.values["all"] === true) {
    if (id !== undefined) throw new UsageError("name a pair id or --all, not both");
    return settleAll(what, call);
  }
  if (id === undefined || ids.length > 1) throw new UsageError(`jobs ${what} takes one pair id, or --all`);
  return settleOne(what, id, call);
}

async function settleOne(what: "retry" | "discard", id: string, { api, json, values }: ClientCall): Promise<string> {
  for (const silent_model of await modelsMeant(api, values)) {
    try {
      await api.settleFailed(what, silent_model, id);
    } catch (error) {
      if (error instanceof NotFoundFault) continue;
      throw error;
    }
    const status = what === "retry" ? "retried" : "discarded";
    if (json) return JSON.stringify({ silent_model, pair_id: id, status });
    return `${clean(id)} was ${status} (${clean(silent_model)})`;
  }
  throw new ApiFault(`there is no failed job ${id}; understudy jobs failed lists them`);
}

async function settleAll(what: "retry" | "discard", { api, json, values }: ClientCall): Promise<string> {
  const models = await modelsMeant(api, values);
  const [silent_model = ""] = models;
  if (models.length > 1) throw new ApiFault(`name the silent model with --silent; there is ${models.join(", ")}`);
  if (what === "discard") {
    const discarded = await api.discardAll(silent_model);
    return json ? JSON.stringify({ silent_model, discarded }) : `${discarded} discarded (${clean(silent_model)})`;
  }
  const { retried, refused } = await api.retryAll(silent_model);
  if (refused.length > 0) process.exitCode = 1;
  if (json) return JSON.stringify({ silent_model, retried, refused });
  const lines = refused.map(({ pair_id, message }) => `${clean(pair_id)} was not retried: ${clean(message)}`);
  return [`${retried} retried (${clean(silent_model)})`, ...lines].join("\n");
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
