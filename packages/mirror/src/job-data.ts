/**
 * PostgreSQL's jsonb refuses a NUL and a lone surrogate, and both may stand in what a model says. One such text would
 * hold up its whole queue, so a value that holds one travels as JSON text, in which they are plain escapes.
 */
interface Packed {
  readonly json: string;
}

/** As JSON spells a NUL and a lone surrogate; behind an odd backslash the same letters are a text's own. */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

/** The value as a queue can keep it: itself, unless some text in it cannot be stored. */
export function packed(value: object): object {
  const json = JSON.stringify(value);
  return UNSTORABLE.test(json) ? ({ json } satisfies Packed) : value;
}

/** What was packed; anything else, such as a job of an earlier version, as it is. Throws for text that is no JSON. */
export function unpacked(data: unknown): unknown {
  return isPacked(data) ? JSON.parse(data.json) : data;
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
