import { isTooDeep, JsonTooDeepError, parseBoundedJson } from "@understudy/runtime";

/**
 * PostgreSQL's jsonb refuses a NUL and a lone surrogate, and both may stand in what a model says. One such text would
 * hold up its whole queue, so a value that holds one travels as JSON text, in which they are plain escapes.
 */
interface Packed {
  readonly json: string;
}

/** The value as a queue can keep it: itself, unless some text in it cannot be stored. */
export function packed(value: object): object {
  return isStorable(value) ? value : ({ json: JSON.stringify(value) } satisfies Packed);
}

/** Looks at the texts themselves, of every job: to write it as JSON only for a look costs as much as to send it. */
function isStorable(value: unknown): boolean {
  if (typeof value === "string") return isStorableText(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([key, part]) => isStorableText(key) && isStorable(part));
}

function isStorableText(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}

/**
 * What was packed; anything else, such as a job of an earlier version, as it is. Throws for text that is no JSON, and for
 * what is nested deeper than anything that was ever let in.
 */
export function unpacked(data: unknown): unknown {
  if (isPacked(data)) return parseBoundedJson(data.json);
  if (isTooDeep(data)) throw new JsonTooDeepError();
  return data;
}

/** Text of an error as any queue can keep it. */
export function storableMessage(text: string): string {
  return text.replaceAll("\0", "").toWellFormed().slice(0, LONGEST_MESSAGE);
}

const LONGEST_MESSAGE = 1_000;

function isPacked(data: unknown): data is Packed {
  if (typeof data !== "object" || data === null) return false;
  const keys = Object.keys(data);
  return keys.length === 1 && typeof (data as { json?: unknown }).json === "string";
}
