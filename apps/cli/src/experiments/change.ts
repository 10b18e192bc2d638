import type { ExperimentChange } from "@understudy/contracts";
import { CLIENT_HELP, type ClientCall, runClientCommand, UsageError } from "../client-command.ts";
import { asText } from "./experiments.ts";
import { movedText } from "./rollouts.ts";
import { SETTING_OPTIONS, SETTINGS_HELP, settingsIn } from "./settings.ts";

const REASON = { reason: { type: "string" } } as const;
const REASON_HELP = "  --reason TEXT    why, for the list of events\n";
/** So begin the ids of rollouts, and none of experiments: these have a ~. */
const isRollout = (id: string): boolean => id.startsWith("rol_");

const PAUSE_HELP = `Usage: understudy pause EXPERIMENT|ROLLOUT [flags]

An experiment mirrors nothing from now on, until it is resumed. A rollout stays at its stage.

${REASON_HELP}${CLIENT_HELP}`;

const RESUME_HELP = `Usage: understudy resume EXPERIMENT|ROLLOUT [flags]

An experiment that is paused or ended mirrors again. A rollout that was held goes on.

${REASON_HELP}${CLIENT_HELP}`;

const SET_HELP = `Usage: understudy set EXPERIMENT [settings] [--state running|paused|ended] [flags]

Changes an experiment while it runs, within two seconds everywhere and without a restart. What is set wins over the
configuration; the value config sets it back to that.

${SETTINGS_HELP}  --state STATE          running, paused or ended
${CLIENT_HELP}`;

/** `understudy pause` */
export function runPause(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const run = (call: ClientCall) => stop(call, { state: "paused", action: "pause" });
  return runClientCommand({ help: PAUSE_HELP, options: REASON, run }, args, env);
}

/** `understudy resume` */
export function runResume(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const run = (call: ClientCall) => stop(call, { state: "running", action: "resume" });
  return runClientCommand({ help: RESUME_HELP, options: REASON, run }, args, env);
}

async function stop(
  call: ClientCall,
  { state, action }: { readonly state: "paused" | "running"; readonly action: "pause" | "resume" },
): Promise<string> {
  const id = onlyName(call);
  const { api, json, values } = call;
  const reason = typeof values["reason"] === "string" ? { reason: values["reason"] } : {};
  if (!isRollout(id)) return changed(id, { state, ...reason }, call);
  const rollout = await api.actOnRollout(id, action, reason);
  return json ? JSON.stringify(rollout, null, 2) : movedText(rollout);
}

/** `understudy set` */
export function runSet(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const options = { ...SETTING_OPTIONS, state: { type: "string" } } as const;
  const run = (call: ClientCall) => {
    const { state } = call.values;
    const change = { ...settingsIn(call.values), ...(typeof state === "string" ? { state: stateIn(state) } : {}) };
    const { reason: _why, ...rest } = change;
    if (Object.keys(rest).length === 0) throw new UsageError("say what is to be set, such as --sample-rate 0.1");
    return changed(onlyName(call), change, call);
  };
  return runClientCommand({ help: SET_HELP, options, run }, args, env);
}

const STATES = ["running", "paused", "ended"] as const;

function stateIn(written: string): (typeof STATES)[number] {
  const state = STATES.find((known) => known === written);
  if (state === undefined) throw new UsageError(`--state: ${written} is not one of ${STATES.join(", ")}`);
  return state;
}

async function changed(id: string, change: ExperimentChange, { api, json }: ClientCall): Promise<string> {
  const experiment = await api.changeExperiment(id, change);
  return json ? JSON.stringify(experiment, null, 2) : asText(experiment);
}

/** Throws `UsageError` unless exactly one is named. */
export function onlyName({ positionals }: ClientCall): string {
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0) throw new UsageError("name one; understudy experiments lists them");
  return name;
}
