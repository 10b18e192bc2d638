import { type GuardStatus, type Rollout, ROLLOUT_ACTIONS, type RolloutDetail } from "@understudy/contracts";
import { type Api, ApiFault } from "../api.ts";
import { CLIENT_HELP, type ClientCall, runClientCommand, UsageError } from "../client-command.ts";
import { tableOf } from "../report/as-table.ts";
import { clean } from "../report/words.ts";
import { dateText, shareText, stateText } from "./words.ts";

const REASON = { reason: { type: "string" } } as const;

const HELP = `Usage: understudy rollouts [flags]
       understudy rollouts ROLLOUT [advance|pause|resume|rollback] [flags]

Without a name, lists the rollouts, newest first. With one, prints its stages and its guards, or moves it on.

advance   to its next stage; at the last the candidate answers all, and the old primary shadows it
pause     it stays at its stage
resume    it goes on
rollback  the old primary answers all again, at once

  --reason TEXT    why, for the list of events
${CLIENT_HELP}`;

/** `understudy rollouts` */
export function runRollouts(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  return runClientCommand({ help: HELP, options: REASON, run }, args, env);
}

async function run(call: ClientCall): Promise<string> {
  const [id, what, ...more] = call.positionals;
  const { api, json } = call;
  if (more.length > 0) throw new UsageError(`there is one thing to do at a time, not ${[what, ...more].join(" ")}`);
  if (id === undefined) return list(call);
  if (what === undefined) {
    const rollout = await api.rollout(id);
    return json ? JSON.stringify(rollout, null, 2) : asText(rollout);
  }
  const action = ROLLOUT_ACTIONS.find((known) => known === what);
  if (action === undefined) throw new UsageError(`a rollout takes ${ROLLOUT_ACTIONS.join(", ")}, not ${what}`);
  return told(await api.actOnRollout(id, action, reasonIn(call)), json);
}

const ROLLBACK_HELP = `Usage: understudy rollback EXPERIMENT|ROLLOUT [flags]

The old primary answers all requests again: at once in the gateway that is asked, in the others within two seconds. It
needs neither queue nor database.

  --reason TEXT    why, for the list of events
${CLIENT_HELP}`;

/** `understudy rollback` */
export function runRollback(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const roll = async (call: ClientCall): Promise<string> => {
    const [name, ...more] = call.positionals;
    if (name === undefined || more.length > 0) throw new UsageError("name one; understudy rollouts lists them");
    const id = await rolloutOf(name, call.api);
    return told(await call.api.actOnRollout(id, "rollback", reasonIn(call)), call.json);
  };
  return runClientCommand({ help: ROLLBACK_HELP, options: REASON, run: roll }, args, env);
}

/** The rollout itself, or the one that routes the requests of an experiment. */
async function rolloutOf(name: string, api: Api): Promise<string> {
  const rollouts = await api.rollouts();
  const meant = rollouts.find(
    ({ id, experiment, state }) => id === name || (experiment === name && state !== "rolled_back"),
  );
  if (meant !== undefined) return meant.id;
  const routing = rollouts
    .filter(({ state }) => state !== "rolled_back")
    .map(({ id, experiment }) => `${id} (${experiment})`);
  const known = routing.length === 0 ? "nothing is handed over now" : `there is ${routing.join(", ")}`;
  throw new ApiFault(`no rollout of ${name} routes requests; ${known}`);
}

function reasonIn({ values }: ClientCall): { readonly reason?: string } {
  return typeof values["reason"] === "string" ? { reason: values["reason"] } : {};
}

function told(rollout: Rollout, json: boolean): string {
  return json ? JSON.stringify(rollout, null, 2) : movedText(rollout);
}

/** What became of it, in a line. */
export function movedText(rollout: Rollout): string {
  const { id, state, reason } = rollout;
  return clean(`${id} is ${stateText(state)}: ${shareText(rollout)}${reason === null ? "" : ` (${reason})`}`);
}

async function list({ api, json }: ClientCall): Promise<string> {
  const rollouts = await api.rollouts();
  if (json) return JSON.stringify(rollouts, null, 2);
  if (rollouts.length === 0) return "No rollouts. understudy promote EXPERIMENT begins one.";
  return tableOf(["rollout", "experiment", "state", "share"], rollouts.map(cells));
}

function cells({ id, experiment, state, stages, stage }: Rollout): readonly string[] {
  const share = state === "rolled_back" ? "0 %" : `${stages[stage] ?? 0} %`;
  return [id, clean(experiment), stateText(state), share];
}

function asText(rollout: RolloutDetail): string {
  const { stages, stage, stage_at, hold, automatic, sticky, status } = rollout;
  const at = stages.map((share, index) => (index === stage ? `[${share} %]` : `${share} %`)).join("  ");
  const next = automatic ? `by itself after ${hold.pairs} answers and ${hold.hours} h` : "by hand";
  const guards = status === null ? [] : [status.reason, guardTable(status.guards)];
  return [
    movedText(rollout),
    `stages ${at}, by ${sticky}, at this one since ${dateText(stage_at)}; the next ${next}`,
    ...guards,
  ].join("\n");
}

function guardTable(guards: readonly GuardStatus[]): string {
  const figure = (value: number | null): string => (value === null ? "-" : value.toFixed(3));
  const rows = guards.map(({ name, of, state, now, low, high, margin }) => [
    `${name.replaceAll("_", " ")} (${of})`,
    state,
    figure(now),
    `${figure(low)} to ${figure(high)}`,
    figure(margin),
  ]);
  return tableOf(["guard", "state", "so far", "bounds", "margin"], rows);
}
