import { parseDuration } from "@understudy/config";
import { type RolloutAsked, STICKY_BY } from "@understudy/contracts";
import { CLIENT_HELP, type ClientCall, runClientCommand, UsageError } from "../client-command.ts";
import { onlyName } from "./change.ts";
import { movedText } from "./rollouts.ts";

const HELP = `Usage: understudy promote EXPERIMENT [flags]

Hands the lead over to the experiment's silent model, a share of the sticky keys at a time, where its verdict is promote.
The criteria of the verdict guard each stage, and a breach takes it back by itself; understudy rollback does so at any time.

  --stages LIST    per cents, ascending, the last 100 (default 5,25,50,100)
  --sticky BY      what stays on one side: session, user or request (default session)
  --hold-pairs N   answers of the candidate that a stage takes (default 200)
  --hold-hours N   hours that a stage takes (default 24)
  --by-hand        each stage is advanced by hand: understudy rollouts ROLLOUT advance
  --no-fallback    a failed call of the candidate is not answered by the old primary
  --watch TIME     how long the old primary shadows the candidate that answers all (default 14d)
  --force          though the verdict is not promote; needs --reason
  --reason TEXT    why, for the list of events
${CLIENT_HELP}`;

const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;
const OPTIONS = {
  stages: text,
  sticky: text,
  "hold-pairs": text,
  "hold-hours": text,
  "by-hand": flag,
  "no-fallback": flag,
  watch: text,
  force: flag,
  reason: text,
} as const;

/** `understudy promote` */
export function runPromote(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const run = async (call: ClientCall): Promise<string> => {
    const rollout = await call.api.startRollout(onlyName(call), askedIn(call.values));
    if (call.json) return JSON.stringify(rollout, null, 2);
    const next = "understudy rollouts shows how it goes, understudy rollback takes it back.";
    return `${movedText(rollout)}\n${next}`;
  };
  return runClientCommand({ help: HELP, options: OPTIONS, run }, args, env);
}

function askedIn(values: ClientCall["values"]): RolloutAsked {
  const { stages, sticky, watch, reason } = values as Readonly<Record<string, string | undefined>>;
  const hold = {
    ...(values["hold-pairs"] === undefined ? {} : { pairs: numberIn("hold-pairs", values) }),
    ...(values["hold-hours"] === undefined ? {} : { hours: numberIn("hold-hours", values) }),
  };
  return {
    ...(stages === undefined ? {} : { stages: stages.split(",").map((share) => numberOf("stages", share)) }),
    ...(sticky === undefined ? {} : { sticky: stickyIn(sticky) }),
    ...(Object.keys(hold).length === 0 ? {} : { hold }),
    ...(values["by-hand"] === true ? { automatic: false } : {}),
    ...(values["no-fallback"] === true ? { fallback: false } : {}),
    ...(watch === undefined ? {} : { watch_ms: durationIn(watch) }),
    ...(values["force"] === true ? { force: true } : {}),
    ...(reason === undefined ? {} : { reason }),
  };
}

const numberIn = (name: keyof typeof OPTIONS, values: ClientCall["values"]): number =>
  numberOf(name, String(values[name]));

function numberOf(name: keyof typeof OPTIONS, written: string): number {
  const value = written.trim() === "" ? Number.NaN : Number(written.trim().replace(/%$/, ""));
  if (Number.isNaN(value)) throw new UsageError(`--${name}: ${written} is no number`);
  return value;
}

function stickyIn(written: string): (typeof STICKY_BY)[number] {
  const by = STICKY_BY.find((known) => known === written);
  if (by === undefined) throw new UsageError(`--sticky: ${written} is not one of ${STICKY_BY.join(", ")}`);
  return by;
}

function durationIn(written: string): number {
  const ms = parseDuration(written);
  if (ms === null) throw new UsageError(`--watch: ${written} is no time; write it as 14d or 12h`);
  return ms;
}
