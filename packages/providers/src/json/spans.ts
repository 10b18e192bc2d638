/** Where a value stands in JSON text that is known to be valid: `[start, end)`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A member of an object: `start` is its key's, `value` where the value stands. */
export interface Member extends Span {
  readonly key: string;
  readonly value: Span;
}

/** No request has more, and whatever has takes longer to look at than it is worth. */
const MOST_MEMBERS = 2_000;
const MOST_ELEMENTS = 20_000;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
/** The brackets of arrays and those of objects differ in this bit alone. */
const CURLY = 0x20;
const OPENS = 0x7b;
const CLOSES = 0x7d;
const SPACE = 0x20;

/** The members of the object at `start`, in their order, and one of a name as often as it is there. Null: too many. */
export function membersAt(text: string, start: number): readonly Member[] | null {
  const members: Member[] = [];
  for (let at = afterSpaces(text, start + 1); text.charCodeAt(at) === QUOTE;) {
    if (members.length === MOST_MEMBERS) return null;
    const keyEnd = endOfString(text, at);
    const colon = afterSpaces(text, keyEnd);
    if (text.charCodeAt(colon) !== COLON) throw new SyntaxError("no JSON object");
    const value = valueAt(text, colon + 1);
    members.push({ key: keyOf(text.slice(at, keyEnd)), start: at, end: value.end, value });
    at = afterComma(text, value.end);
  }
  return members;
}

/** The elements of the array at `start`. Null: too many. */
export function elementsAt(text: string, start: number): readonly Span[] | null {
  const elements: Span[] = [];
  let at = afterSpaces(text, start + 1);
  while (at < text.length && (text.charCodeAt(at) | CURLY) !== CLOSES) {
    if (elements.length === MOST_ELEMENTS) return null;
    const value = valueAt(text, at);
    elements.push(value);
    at = afterComma(text, value.end);
  }
  return elements;
}

/** Whether an object within the span, at any depth, holds a key twice: what is parsed over could hide there. One look. */
export function hasDuplicateKeys(text: string, { start, end }: Span): boolean {
  const open: Set<string>[] = [];
  for (let at = start; at < end; at += 1) {
    const unit = text.charCodeAt(at);
    if ((unit | CURLY) === OPENS) open.push(new Set());
    else if ((unit | CURLY) === CLOSES) open.pop();
    else if (unit === QUOTE) {
      const behind = endOfString(text, at);
      if (text.charCodeAt(afterSpaces(text, behind)) === COLON) {
        const keys = open.at(-1);
        const key = keyOf(text.slice(at, behind));
        if (keys?.has(key) === true) return true;
        keys?.add(key);
      }
      at = behind - 1;
    }
  }
  return false;
}

/** The value that begins at `from` or behind spaces there. */
export function valueAt(text: string, from: number): Span {
  const start = afterSpaces(text, from);
  const first = text.charCodeAt(start);
  if (first === QUOTE) return { start, end: endOfString(text, start) };
  if ((first | CURLY) === OPENS) return { start, end: endOfNested(text, start) };
  let end = start;
  while (end < text.length && !endsScalar(text.charCodeAt(end))) end += 1;
  return { start, end };
}

function endsScalar(unit: number): boolean {
  return unit === COMMA || unit <= SPACE || (unit | CURLY) === CLOSES;
}

/** Brackets are counted and strings jumped over: no depth can exhaust the stack. */
function endOfNested(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) at = endOfString(text, at) - 1;
    else if ((unit | CURLY) === OPENS) depth += 1;
    else if ((unit | CURLY) === CLOSES) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
}

/** Behind the quote that ends the string at `start`. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return end + 1;
  }
  return text.length;
}

function afterSpaces(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) <= SPACE) at += 1;
  return at;
}

function afterComma(text: string, from: number): number {
  const at = afterSpaces(text, from);
  return text.charCodeAt(at) === COMMA ? afterSpaces(text, at + 1) : at;
}

function keyOf(quoted: string): string {
  return quoted.includes("\\") ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
}
