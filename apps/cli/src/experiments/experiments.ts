import { CALLERS_BY, type ExperimentKey, type ExperimentOverview, type ExperimentRun } from "@understudy/contracts";
import { CLIENT_HELP, type ClientCall, runClientCommand, UsageError } from "../client-command.ts";
import { tableOf } from "../report/as-table.ts";
import { coloured } from "../report/colour.ts";
import { clean } from "../report/words.ts";
import { callersText } from "./callers.ts";
import { SETTING_OPTIONS, SETTINGS_HELP, settingsIn } from "./settings.ts";
import { eventText, SETTING_NAMES, settingText, shareText, stateText } from "./words.ts";

const HELP = `Usage: understudy experiments [EXPERIMENT] [flags]
       understudy experiments add PRIMARY SILENT [settings] [flags]

Without a name, lists the experiments: what each does, how much it mirrors, and what its pairs say. With one, prints its settings beside the
configuration's, and what was changed of it. add begins one that no file names, between two model groups of the file.

  --by key|team    of one experiment: its account by who called, each adding up
${SETTINGS_HELP}${CLIENT_HELP}`;

const EVENTS_SHOWN = 10;
/** Columns of a usual terminal. */
const WIDEST = 80;

/** `understudy experiments` */
export function runExperiments(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  return runClientCommand({ help: HELP, options: { ...SETTING_OPTIONS, by: { type: "string" } }, run }, args, env);
}

async function run(call: ClientCall): Promise<string> {
  const [first, ...rest] = call.positionals;
  if (first === "add") return add(rest, call);
  if (rest.length > 0) throw new UsageError(`there is one experiment to name, not ${call.positionals.join(" ")}`);
  return first === undefined ? list(call) : show(first, call);
}

async function list({ api, json }: ClientCall): Promise<string> {
  const experiments = await api.overviews();
  if (json) return JSON.stringify(experiments, null, 2);
  if (experiments.length === 0) return "No experiments yet: they are listed with their first request.";
  const rows = experiments.map(cells);
  // What nobody has set takes no room.
  const told = HEAD.map((_name, column) => rows.some((row) => row[column] !== "-"));
  const only = (row: readonly string[]): readonly string[] => row.filter((_cell, column) => told[column]);
  return tableOf(only(HEAD), rows.map(only), WIDEST);
}

const HEAD = ["experiment", "state", "sample", "$/day", "ends", "pairs", "verdict", "rollout"];

function cells(experiment: ExperimentOverview): readonly string[] {
  const { id, state, settings, changed, counts, rollout } = experiment;
  const mark = (name: (typeof SETTING_NAMES)[number]): string =>
    settingText(name, settings[name]) + (changed.includes(name) ? "*" : "");
  const share = rollout === null || rollout.state === "rolled_back" ? "-" : `${rollout.stages[rollout.stage] ?? 0} %`;
  return [
    clean(id),
    // What all of them do takes no room.
    state === "running" ? "-" : stateText(state),
    mark("sample_rate"),
    mark("max_usd_per_day"),
    mark("ends_at"),
    String(counts.paired),
    verdictCell(experiment),
    share,
  ];
}

function verdictCell({ primary, silent, verdict }: ExperimentOverview): string {
  if (primary === silent) return "control";
  return verdict === null ? "-" : coloured(verdict.decision.replaceAll("_", " "), verdict.decision);
}

async function show(id: string, { api, json, values }: ClientCall): Promise<string> {
  if (values["by"] !== undefined) {
    const by = CALLERS_BY.find((one) => one === values["by"]);
    if (by === undefined)
      throw new UsageError(`--by: ${JSON.stringify(values["by"])} is not one of ${CALLERS_BY.join(", ")}`);
    const accounts = await api.callers(id, by);
    return json ? JSON.stringify(accounts, null, 2) : callersText(accounts, by);
  }
  const [experiment, events] = await Promise.all([api.experiment(id), api.events(id, EVENTS_SHOWN)]);
  if (json) return JSON.stringify({ ...experiment, events }, null, 2);
  return [asText(experiment), "", ...events.map(eventText)].join("\n");
}

/** Its state, and each setting beside the configuration's. */
export function asText({ id, state, settings, configured, rollout }: ExperimentKey & ExperimentRun): string {
  const rows = SETTING_NAMES.map((name) => [
    name.replaceAll("_", " "),
    settingText(name, settings[name]),
    settingText(name, configured[name]),
  ]);
  const routed =
    rollout === null || rollout.state === "rolled_back" ? [] : [`${shareText(rollout)}: rollout ${rollout.id}`];
  return [`${clean(id)} is ${stateText(state)}`, ...routed, tableOf(["setting", "now", "configuration"], rows)].join(
    "\n",
  );
}

async function add(names: readonly string[], { api, json, values }: ClientCall): Promise<string> {
  const [primary, silent, ...more] = names;
  if (primary === undefined || silent === undefined || more.length > 0) {
    throw new UsageError("name the model group that is mirrored, and the one that gets the copies");
  }
  const added = await api.addExperiment({ primary, silent, ...settingsIn(values) });
  return json ? JSON.stringify(added, null, 2) : asText(added);
}
