import { type ExperimentEvent, type ExperimentSettings, type Rollout, shareOf } from "@understudy/contracts";
import { clean } from "../report/words.ts";

/** `2026-12-24 18:00`, in UTC. */
export function dateText(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace("T", " ");
}

const WRITTEN: { readonly [Name in keyof ExperimentSettings]: (value: number) => string } = {
  sample_rate: (rate) => `${Number((rate * 100).toPrecision(4))} %`,
  ends_at: dateText,
  max_usd_per_day: (usd) => `$${usd}`,
  concurrency: String,
};
export const SETTING_NAMES = Object.keys(WRITTEN) as readonly (keyof ExperimentSettings)[];

/** As it stands in a table; `-` for none. */
export function settingText(name: keyof ExperimentSettings, value: number | null): string {
  return value === null ? "-" : WRITTEN[name](value);
}

/** `running`, `rolled back`. */
export const stateText = (state: string): string => state.replaceAll("_", " ");

/** `5 % of main to cheap`. */
export function shareText(rollout: Rollout): string {
  return `${shareOf(rollout)} % of ${clean(rollout.primary)} to ${clean(rollout.silent)}`;
}

/** One line: when, what, by whom, why. */
export function eventText({ at, kind, who, changes, reason }: ExperimentEvent): string {
  const changed = Object.entries(changes).map(
    ([name, [before, after]]) => `${stateText(name)} ${valueText(name, before)} -> ${valueText(name, after)}`,
  );
  const what = [stateText(kind), ...(changed.length === 0 ? [] : [changed.join(", ")])].join(": ");
  return clean(`${dateText(at)}  ${what}  (${who}${reason === null ? "" : `: ${reason}`})`);
}

function valueText(name: string, value: unknown): string {
  if (value === null) return "config";
  const setting = SETTING_NAMES.find((known) => known === name);
  if (setting !== undefined && typeof value === "number") return settingText(setting, value);
  if (name === "share") return `${JSON.stringify(value)} %`;
  return typeof value === "string" ? stateText(value) : JSON.stringify(value);
}
