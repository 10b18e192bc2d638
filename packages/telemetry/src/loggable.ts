import { shorten } from "./shorten.ts";
import { isSensitiveName, REDACTED, type Redactor } from "@understudy/runtime";

/** What JSON can hold. */
export type Loggable = null | boolean | number | string | readonly Loggable[] | LoggableFields;
export interface LoggableFields {
  readonly [name: string]: Loggable;
}

export interface LoggableLimits {
  readonly depth: number;
  readonly itemsPerValue: number;
  readonly valuesPerLine: number;
  readonly charactersPerText: number;
  readonly charactersPerLine: number;
}

/** One line has a bounded size and cost, whatever is handed to the logger. */
const LINE_LIMITS: LoggableLimits = {
  depth: 8,
  itemsPerValue: 200,
  valuesPerLine: 5_000,
  charactersPerText: 64 * 1024,
  charactersPerLine: 256 * 1024,
};

const CUT = "[…]";

const UNREADABLE = "[unreadable]";

interface Walk {
  readonly limits: LoggableLimits;
  readonly above: Set<object>;
  valuesLeft: number;
  charactersLeft: number;
}

/**
 * A copy of the fields that JSON takes as it is: circles, errors, buffers, big integers and what throws when read become
 * short texts, and values under a credential's name are redacted. Never throws.
 */
export function toLoggable(fields: object, limits: LoggableLimits = LINE_LIMITS): LoggableFields {
  const { valuesPerLine: valuesLeft, charactersPerLine: charactersLeft } = limits;
  const walk = { limits, above: new Set<object>(), valuesLeft, charactersLeft };
  const copy = copyObject(fields, walk);
  return isFields(copy) ? copy : { value: copy };
}

/** The same value with every text, name and number in it redacted. */
export function redactLoggable(value: LoggableFields, redactor: Redactor): LoggableFields {
  const copy = emptyFields();
  for (const [name, item] of Object.entries(value)) copy[redactor.clean(name)] = redactValue(item, redactor);
  return copy;
}

/** Any value with every text, name and number in it redacted. */
export function redactValue(value: Loggable, redactor: Redactor): Loggable {
  if (typeof value === "string") return redactor.clean(value);
  if (typeof value === "number") return redactor.finds(String(value)) ? REDACTED : value;
  if (value === null || typeof value === "boolean") return value;
  return isFields(value) ? redactLoggable(value, redactor) : value.map((item) => redactValue(item, redactor));
}

function copyValue(value: unknown, walk: Walk): Loggable | undefined {
  walk.valuesLeft -= 1;
  if (walk.valuesLeft < 0) return CUT;
  if (typeof value === "string") return copyText(value, walk);
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "boolean" || value === undefined || value === null) return value;
  if (typeof value === "bigint" || typeof value === "symbol") return copyText(String(value), walk);
  return typeof value === "object" ? copyObject(value, walk) : "[function]";
}

function copyText(text: string, walk: Walk): string {
  const copy = shorten(text, Math.min(walk.limits.charactersPerText, walk.charactersLeft));
  walk.charactersLeft = Math.max(0, walk.charactersLeft - copy.length);
  return copy;
}

function copyObject(value: object, walk: Walk): Loggable {
  if (walk.above.has(value)) return "[circular]";
  if (walk.above.size >= walk.limits.depth) return CUT;
  walk.above.add(value);
  try {
    return copyContents(value, walk);
  } catch {
    return UNREADABLE;
  } finally {
    walk.above.delete(value);
  }
}

function copyContents(value: object, walk: Walk): Loggable {
  const read = (name: string): unknown => Reflect.get(value, name);
  // No stack: its paths say where the process runs. No other properties: HTTP errors carry whole requests in them.
  if (value instanceof Error) return copyNamed(["name", "message", "code", "cause", "errors"], read, walk);
  if (Array.isArray(value)) return copyItems(value, walk);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  if (value instanceof Set) return copyItems([...value], walk);
  if (value instanceof Map) return copyMap(value, walk);
  if ("toJSON" in value && typeof value.toJSON === "function") return copyValue(value.toJSON(), walk) ?? null;
  return copyNamed(Object.keys(value), read, walk);
}

function copyMap(map: ReadonlyMap<unknown, unknown>, walk: Walk): LoggableFields {
  const named = new Map([...map].map(([name, item]) => [String(name), item]));
  return copyNamed([...named.keys()], (name) => named.get(name), walk);
}

function copyNamed(names: readonly string[], read: (name: string) => unknown, walk: Walk): LoggableFields {
  const copy = emptyFields();
  for (const name of names.slice(0, walk.limits.itemsPerValue)) {
    const value = copyNamedValue(name, read, walk);
    if (value !== undefined) copy[name] = value;
  }
  if (names.length > walk.limits.itemsPerValue) copy["…"] = `${names.length - walk.limits.itemsPerValue} more`;
  return copy;
}

function copyNamedValue(name: string, read: (name: string) => unknown, walk: Walk): Loggable | undefined {
  try {
    const value = read(name);
    if (value === null || value === undefined) return value;
    return isSensitiveName(name) ? REDACTED : copyValue(value, walk);
  } catch {
    return UNREADABLE;
  }
}

/** In a flat list of header names and values, the name goes before its value. */
function copyItems(items: readonly unknown[], walk: Walk): Loggable[] {
  const copy = items.slice(0, walk.limits.itemsPerValue).map((item, index): Loggable => {
    const before = items[index - 1];
    const named = typeof item === "string" && typeof before === "string" && isSensitiveName(before);
    return named ? REDACTED : (copyValue(item, walk) ?? null);
  });
  return items.length > copy.length ? [...copy, `… ${items.length - copy.length} more`] : copy;
}

/** Without a prototype, so that no name of a field means anything. */
function emptyFields(): Record<string, Loggable> {
  return Object.create(null) as Record<string, Loggable>;
}

function isFields(value: Loggable): value is LoggableFields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
