import type { EventKind, ExperimentEvent } from "@understudy/contracts";
import { capital, percent, usd, words } from "../frame/format.ts";
import { moment } from "../frame/moments.ts";

const WORDS: Readonly<Record<EventKind, string>> = {
  started: "Started",
  changed: "Changed",
  paused: "Paused",
  resumed: "Resumed",
  ended: "Ended",
  verdict: "Verdict",
  rollout_started: "Rollout started",
  advanced: "Advanced",
  held: "Held",
  released: "Goes on",
  rolled_back: "Rolled back",
  promoted: "Promoted",
};

/** What happened in a few words, with what it was and became: `Budget $2.00 → $5.00`, `Verdict: promote`, `25%`. */
export function eventText({ kind, changes }: Pick<ExperimentEvent, "kind" | "changes">): string {
  if (kind === "verdict") {
    const [, after] = changes["verdict"] ?? changes["decision"] ?? [null, null];
    return typeof after === "string" ? `Verdict: ${words(after)}` : WORDS.verdict;
  }
  const told = Object.entries(changes).flatMap(([name, [before, after]]) => {
    const text = changeText(name, before, after);
    return text === null ? [] : [text];
  });
  if (kind === "changed") return told.length === 0 ? WORDS.changed : capital(told.join(", "));
  return told.length === 0 ? WORDS[kind] : `${WORDS[kind]}, ${told.join(", ")}`;
}

const NAMES: Readonly<Record<string, string>> = {
  sample_rate: "sample",
  ends_at: "end",
  max_usd_per_day: "budget a day",
  concurrency: "calls at once",
};

const ASKED = "to be told when it is decided";

/** Null: what the event's own words say already. */
function changeText(name: string, before: unknown, after: unknown): string | null {
  if (name === "state" || name === "stage" || name === "rollout") return null;
  if (name === "tell_when_decided") return after === true ? ASKED : `no longer ${ASKED}`;
  if (name === "share") return after === 0 ? `from ${valueText(name, before)}` : valueText(name, after);
  return `${NAMES[name] ?? words(name)} ${valueText(name, before)} → ${valueText(name, after)}`;
}

function valueText(name: string, value: unknown): string {
  if (value === null || value === undefined) return "as configured";
  if (typeof value !== "number") return typeof value === "string" ? words(value) : JSON.stringify(value);
  switch (name) {
    case "share":
      return `${value}%`;
    case "sample_rate":
      return percent(value);
    case "max_usd_per_day":
      return usd(value);
    case "ends_at":
      return moment(value);
    default:
      return String(value);
  }
}
