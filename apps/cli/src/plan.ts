import { ConfigError, DEFAULT_MARGINS, DEFAULT_VERDICT, loadConfigFile } from "@understudy/config";
import { PLAN_ASKS, planBeforeTraffic, PlanAskedFault, readPlanAsked } from "@understudy/evaluation";
import { CLIENT_HELP, type ClientCall, runClientCommand, UsageError } from "./client-command.ts";
import { asKubernetes, planWorkers } from "./plan-workers.ts";
import { asPlan } from "./report/as-plan.ts";

const HELP = `Usage: understudy plan [EXPERIMENT] [flags]

Prints what it takes until a candidate is decided on: pairs, conversations, days and dollars, and which
requirement takes longest. With EXPERIMENT from its traffic so far; without it from what is usual, for each
kind of answer, and no gateway is asked. A candidate is taken to be as good as the primary.

  --margin M       points of quality as a fraction: 0.05 is five points (default: the experiment's, else 0.05)
  --floor F        how often the primary's model differs from itself, 0 to 1 (default: as the control shows it)
  --overlap O      correlation of what control and candidate differ in, 0 to 0.95 (default: as seen, else 0.3)
  --loss L         what the candidate loses in truth: 0.01 is a point (default 0)
  --candidates N   candidates of the primary group, which share the level (default: as declared, else 1)
  --pairs-a-day N  pairs that come in a day (default: as so far)
  --json           the same as --format json
  --kubernetes FILE     instead: a patch for deploy/kubernetes with as many workers as the limits of
                        FILE's silent models feed
  --seconds-per-call S  what one silent call takes (default 4)
${CLIENT_HELP}`;

const DAY_MS = 86_400_000;
const USUAL = {
  margins: { qualityLoss: DEFAULT_MARGINS.qualityLoss ?? 0, judge: DEFAULT_MARGINS.judge ?? 0 },
  minimumSpanDays: DEFAULT_VERDICT.minimumSpanMs / DAY_MS,
};
const FLAGS = Object.keys(PLAN_ASKS);
const flagOf = (param: string): string => param.replaceAll("_", "-");

/** `understudy plan` */
export function runPlan(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const own = FLAGS.map((param) => [flagOf(param), { type: "string" as const }]);
  const text = { type: "string" as const };
  const options = {
    ...Object.fromEntries(own),
    json: { type: "boolean" as const },
    kubernetes: text,
    "seconds-per-call": { ...text, default: "4" },
  };
  const alone = (call: Omit<ClientCall, "api">): string | null => workersIn(call, env) ?? beforeTraffic(call);
  return runClientCommand({ help: HELP, options, alone, run: asked }, args, env);
}

function workersIn({ values }: Omit<ClientCall, "api">, env: NodeJS.ProcessEnv): string | null {
  const { kubernetes: file, "seconds-per-call": said } = values;
  if (typeof file !== "string") return null;
  const seconds = Number(said);
  if (!(seconds > 0 && seconds <= 3600)) throw new UsageError("--seconds-per-call: write seconds, such as 4 or 2.5");
  try {
    return asKubernetes(planWorkers(loadConfigFile(file, env), seconds), seconds);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new UsageError(error.message, { cause: error });
  }
}

/** Before any traffic there is nobody to ask. */
function beforeTraffic({ json, positionals, values }: Omit<ClientCall, "api">): string | null {
  if (positionals.length > 1) throw new UsageError("name one experiment, or none for what is usual");
  const texts = askedIn(values);
  if (positionals.length > 0) return null;
  const plans = planBeforeTraffic(readPlanAsked(texts), USUAL);
  return json || values["json"] === true ? JSON.stringify(plans, null, 2) : asPlan(plans);
}

async function asked({ api, json, positionals: [experiment = ""], values }: ClientCall): Promise<string> {
  const plan = await api.plan(experiment, askedIn(values));
  return json || values["json"] === true ? JSON.stringify(plan, null, 2) : asPlan([plan]);
}

function askedIn(values: ClientCall["values"]): Readonly<Record<string, string>> {
  const given = FLAGS.flatMap((param) => {
    const text = values[flagOf(param)];
    return typeof text === "string" ? [[param, text] as const] : [];
  });
  const texts = Object.fromEntries(given);
  try {
    readPlanAsked(texts);
  } catch (error) {
    if (!(error instanceof PlanAskedFault)) throw error;
    throw new UsageError(`--${flagOf(error.param)}: ${texts[error.param] ?? ""} ${error.rule}`, { cause: error });
  }
  return texts;
}
