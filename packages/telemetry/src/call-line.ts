import type { LoggableFields } from "./loggable.ts";
import { printable } from "./printable.ts";

/** Columns of a usual terminal. */
const WIDEST = 80;
const ENDINGS: Readonly<Record<string, string>> = { ok: "ok", partial: "cut short", error: "failed" };

/** A call as a terminal shows it, in two parts, since the ending has a colour. */
export interface CallLine {
  /** Whose call it was, `primary`. */
  readonly role: string;
  readonly ending: string;
  /** How long it took, of which model group, and what it cost or why it failed. */
  readonly rest: string;
}

/** Null for a line that is of no call. */
export function callLineOf(fields: LoggableFields, taken: number): CallLine | null {
  const { call_id, role, status, total_ms, error_kind, cost_usd } = fields;
  if (typeof call_id !== "string" || typeof role !== "string" || typeof status !== "string") return null;
  const ending = (ENDINGS[status] ?? "?").padEnd(9);
  const took = typeof total_ms === "number" ? durationText(total_ms) : "";
  const tail = typeof error_kind === "string" ? error_kind : typeof cost_usd === "number" ? costText(cost_usd) : "";
  const start = { role: role.padEnd(9), ending };
  const left = WIDEST - taken - start.role.length - ending.length - 2;
  const name = shortened(printable(nameOf(fields)), left - 9 - 2 - (tail === "" ? 0 : tail.length + 2));
  return { ...start, rest: [took.padStart(9), name, ...(tail === "" ? [] : [tail])].join("  ") };
}

/** The group that was asked, and the one that answered in its stead. */
function nameOf({ model_group, answered_by }: LoggableFields): string {
  const asked = typeof model_group === "string" ? model_group : "";
  return typeof answered_by === "string" && answered_by !== asked ? `${asked} -> ${answered_by}` : asked;
}

function durationText(ms: number): string {
  return ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

function costText(usd: number): string {
  return `$${Number(usd.toPrecision(2))}`;
}

/** At most so many columns. What is not Latin, Greek or Cyrillic may take two. */
function shortened(text: string, columns: number): string {
  const wide = (character: string): number => ((character.codePointAt(0) ?? 0) > 0x5_ff ? 2 : 1);
  const characters = Array.from(text);
  const all = characters.reduce((sum, character) => sum + wide(character), 0);
  if (all <= columns) return text;
  let kept = "";
  let room = columns - 1;
  for (const character of characters) {
    room -= wide(character);
    if (room < 0) break;
    kept += character;
  }
  return `${kept}…`;
}
