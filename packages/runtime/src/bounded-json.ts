/**
 * Arrays and objects that may stand within each other in anything that others write. Nothing that means something nests
 * past some dozens, and the first function that walks down a value gives up at about 4,000 levels: the stack of a thread
 * holds several walkers above one another at this depth, and JSON text within JSON text as well.
 */
export const MAX_JSON_DEPTH = 512;

/** JSON, as far as it was looked at, but nested deeper than `MAX_JSON_DEPTH`. */
export class JsonTooDeepError extends Error {
  constructor() {
    super(`JSON is nested deeper than ${MAX_JSON_DEPTH} levels`);
    this.name = "JsonTooDeepError";
  }
}

/**
 * `JSON.parse` for text that others wrote. Throws `SyntaxError`, and `JsonTooDeepError` before anything is built: to
 * parse 10 MB of brackets takes more than a second.
 */
export function parseBoundedJson(text: string): unknown {
  if (isTextTooDeep(text)) throw new JsonTooDeepError();
  return JSON.parse(text) as unknown;
}

/** The same of a value that somebody else has parsed already. */
export function isTooDeep(value: unknown, left: number = MAX_JSON_DEPTH): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (left === 0) return true;
  const members: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  return members.some((member) => isTooDeep(member, left - 1));
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** The brackets of arrays and those of objects differ in this bit alone. */
const CURLY = 0x20;
const OPENS = 0x7b;
const CLOSES = 0x7d;

/** One look at the text; what stands in strings is jumped over. */
function isTextTooDeep(text: string): boolean {
  // Every level has two ends.
  if (text.length <= 2 * MAX_JSON_DEPTH) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) at = endOfString(text, at);
    else if ((unit | CURLY) === OPENS) {
      depth += 1;
      if (depth > MAX_JSON_DEPTH) return true;
    } else if ((unit | CURLY) === CLOSES) depth -= 1;
  }
  return false;
}

/** Where the string that begins at `start` ends; the text's end for one that does not. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}
