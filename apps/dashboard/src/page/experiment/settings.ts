import type { ExperimentRun, ExperimentSettings } from "@understudy/contracts";
import { fixed, usd } from "../frame/format.ts";
import { moment } from "../frame/moments.ts";

/** What can be changed beside the verdict, one thing a dialog. */
export interface Setting {
  readonly name: keyof ExperimentSettings;
  /** On its button: `Sample`. */
  readonly label: string;
  readonly title: string;
  readonly field: string;
  readonly type: "number" | "datetime-local";
  /** Of a number. */
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  /** As the button shows it. */
  readonly show: (value: number | null) => string;
  /** As its field holds it, and back; null where nothing is written. */
  readonly write: (value: number | null) => string;
  readonly read: (text: string) => number | null;
  readonly will: string;
}

const numberIn = (text: string): number | null => (text.trim() === "" ? null : Number(text));

export const SETTINGS: readonly Setting[] = [
  {
    name: "sample_rate",
    label: "Sample",
    title: "Share of the requests that are mirrored",
    field: "Per cent",
    type: "number",
    min: 0,
    max: 100,
    show: (value) => (value === null ? "–" : `${Number((value * 100).toFixed(3))}%`),
    write: (value) => (value === null ? "" : String(Number((value * 100).toFixed(4)))),
    read: (text) => {
      const value = numberIn(text);
      return value === null ? null : value / 100;
    },
    will: "Every gateway follows within two seconds; the account is held against each rate for as long as it was in force.",
  },
  {
    name: "ends_at",
    label: "Ends",
    title: "When the experiment ends",
    field: "Date and time, in your own zone",
    type: "datetime-local",
    show: (value) => (value === null ? "never" : moment(value)),
    write: (value) => (value === null ? "" : localInput(value)),
    read: (text) => (text === "" ? null : new Date(text).getTime()),
    will: "From then on no request is mirrored for it; what was measured stays.",
  },
  {
    name: "max_usd_per_day",
    label: "Budget",
    title: "USD a day for the calls of its silent model",
    field: "USD a day (UTC)",
    type: "number",
    min: 0,
    show: (value) => (value === null ? "none" : `${usd(value).replace(".00", "")} a day`),
    write: (value) => (value === null ? "" : String(value)),
    read: numberIn,
    will: "Where several experiments have one silent model the least counts. What would go beyond it is dropped, and counted.",
  },
  {
    name: "concurrency",
    label: "Calls at once",
    title: "Calls of its silent model at once",
    field: "Calls at once, in each worker",
    type: "number",
    min: 1,
    max: 1_000,
    step: 1,
    show: (value) => (value === null ? "–" : String(value)),
    write: (value) => (value === null ? "" : String(value)),
    read: numberIn,
    will: "Every worker follows within two seconds. Where several experiments have one silent model the least counts.",
  },
];

/** As the config has it; what it does not name it leaves open. */
export function configuredWords(run: ExperimentRun, { name, show }: Setting): string {
  return `The config says ${show(run.configured[name])}.`;
}

function localInput(epochMs: number): string {
  const date = new Date(epochMs);
  const two = (value: number): string => fixed(value, 0).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
