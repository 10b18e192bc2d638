import { callLineOf } from "./call-line.ts";
import type { Loggable, LoggableFields } from "./loggable.ts";
import { printable } from "./printable.ts";

export type Level = "debug" | "info" | "warn" | "error";

/** An entry that JSON takes as it is. */
export interface PlainEntry {
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly level: Level;
  readonly service: string;
  readonly message: string;
  readonly fields: LoggableFields;
}

/** How an entry becomes a line. */
export type Layout = (entry: PlainEntry) => string;

const OWN_NAMES = new Set(["time", "level", "service", "message"]);

/** One JSON object: `time`, `level`, `service`, `message`, then the fields. A field with one of those names gets a `_`. */
export function jsonLayout(entry: PlainEntry): string {
  const { time, level, service, message } = entry;
  const head = JSON.stringify({ time, level, service, message });
  const names = Object.keys(entry.fields);
  if (names.length === 0) return head;
  // One pass over all fields is several times as fast as one for each, or as a copy that holds both parts.
  if (names.every(keepsItsPlace)) return `${head.slice(0, -1)},${JSON.stringify(entry.fields).slice(1)}`;
  const fields = Object.entries(entry.fields);
  const tail = fields.map(([name, value]) => `${JSON.stringify(outerName(name))}:${JSON.stringify(value)}`);
  return `${head.slice(0, -1)},${tail.join(",")}}`;
}

/** In one object a name that looks like a number would come before `time`, and one of ours would be overwritten. */
function keepsItsPlace(name: string): boolean {
  const first = name.charCodeAt(0);
  const isDigit = first >= 48 && first <= 57;
  return !isDigit && name !== "__proto__" && !OWN_NAMES.has(name);
}

function outerName(name: string): string {
  return OWN_NAMES.has(name) ? `_${name}` : name;
}

const LEVEL_COLOURS: Readonly<Record<Level, number>> = { debug: 90, info: 32, warn: 33, error: 31 };
const DIM = 2;

type Paint = (text: string, code: number) => string;

const inColour: Paint = (text, code) => `\u001B[${code}m${text}\u001B[0m`;
const plain: Paint = (text) => text;

/** For a terminal: UTC time, level, service, message, then `name=value`; fields that are null or empty are left out. */
export function prettyLayout(colour: boolean): Layout {
  const paint = colour ? inColour : plain;
  return (entry) => {
    const fields = Object.entries(entry.fields).filter(([, value]) => !isEmpty(value));
    const head = [
      `${paint(entry.time.slice(11, 23), DIM)} ${paint(entry.level.padEnd(5), LEVEL_COLOURS[entry.level])}`,
      entry.service.padEnd(7),
      printable(entry.message),
    ];
    const tail = fields.map(([name, value]) => prettyField(name, value, paint));
    return [...head, ...(tail.length === 0 ? [] : [tail.join(" ")])].join("  ");
  };
}

/** The same on a terminal, where a call takes one line of 80 columns: what else is known of it is in the JSON. */
export function terminalLayout(colour: boolean): Layout {
  const paint = colour ? inColour : plain;
  const pretty = prettyLayout(colour);
  return (entry) => {
    const time = entry.time.slice(11, 19);
    const call = callLineOf(entry.fields, time.length + 2);
    if (call === null) return pretty(entry);
    const ending = paint(call.ending, LEVEL_COLOURS[entry.level]);
    return `${paint(time, DIM)}  ${call.role} ${ending} ${call.rest}`;
  };
}

function prettyField(name: string, value: Loggable, paint: Paint): string {
  if (name === "total_ms" && typeof value === "number") return `${Math.round(value)}ms`;
  return `${paint(`${printable(name)}=`, DIM)}${prettyValue(value)}`;
}

function prettyValue(value: Loggable): string {
  if (typeof value !== "string") return printable(JSON.stringify(value));
  return /^[^\s"=]+$/.test(value) ? printable(value) : printable(JSON.stringify(value));
}

function isEmpty(value: Loggable): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}
