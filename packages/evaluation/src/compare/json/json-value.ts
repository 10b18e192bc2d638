import { canonicalDecimal } from "../numbers/decimal.ts";

/** Text read as JSON. */
export type ParsedJson = { readonly valid: true; readonly value: unknown } | { readonly valid: false };

const NOT_VALID: ParsedJson = { valid: false };

/** Stands before a number that a double cannot hold. No model writes it. */
const EXACT = "\u0000exact ";
/** Strings, so that no digits in them are taken for numbers, and numbers that may not fit a double. */
const LONG_NUMBERS = /"(?:[^"\\]|\\.)*"|-?\d[\d.]*(?:[eE][+-]?\d+)?/g;
const MAYBE_LONG = /\d[\d.]{15,}|\d[eE][+-]?\d{3}/;

/** Parses JSON; text that is none is `valid: false`. Whole numbers beyond what a double holds keep all their digits. */
export function parseJson(text: string): ParsedJson {
  try {
    const value = JSON.parse(text) as unknown;
    return { valid: true, value: MAYBE_LONG.test(text) ? (JSON.parse(withExactNumbers(text)) as unknown) : value };
  } catch {
    return NOT_VALID;
  }
}

function withExactNumbers(text: string): string {
  return text.replace(LONG_NUMBERS, (piece) =>
    piece.startsWith('"') || isExact(piece) ? piece : JSON.stringify(`${EXACT}${canonicalDecimal(piece)}`),
  );
}

/** Fractions are as near as a double is to them: what is beyond is noise. */
function isExact(written: string): boolean {
  const number = Number(written);
  if (!Number.isFinite(number)) return false;
  if (!Number.isInteger(number)) return true;
  if (number === 0) return canonicalDecimal(written) === "0";
  return Number.isSafeInteger(number) || (canonicalDecimal(written).includes(".") && !/[eE]/.test(written));
}

/** Whether a value of `parseJson` stands for a number. */
export function isNumber(value: unknown): boolean {
  return typeof value === "number" || (typeof value === "string" && value.startsWith(EXACT));
}

/** The digits of a number that a double cannot hold, as `parseJson` gives it. */
export function exactDigits(value: string): string {
  return value.slice(EXACT.length);
}

/** Parses text that is a JSON object or array. A bare number or word is prose that happens to be JSON. */
export function parseJsonDocument(text: string): ParsedJson {
  const document = text.trim();
  return document.startsWith("{") || document.startsWith("[") ? parseJson(document) : NOT_VALID;
}

/** Characters of prose around JSON up to which the JSON is the answer. */
const MOST_AROUND = 160;
const FENCED = /(?:^|\n)[ \t]*(?:```|~~~)[^\n`]*\n([\s\S]*?)\n[ \t]*(?:```|~~~)/;

/** Parses the JSON document of an answer: bare, in one fence, or with a line of prose around it. */
export function parseJsonAnswer(text: string): ParsedJson {
  const bare = parseJsonDocument(text);
  if (bare.valid) return bare;
  const fenced = FENCED.exec(text);
  if (fenced !== null)
    return text.length - fenced[0].length <= 2 * MOST_AROUND ? parseJsonDocument(fenced[1] ?? "") : NOT_VALID;
  const start = text.search(/[[{]/);
  const end = Math.max(text.lastIndexOf("}"), text.lastIndexOf("]")) + 1;
  // An inline object in a sentence is no document: it stands on lines of its own, or after a colon.
  if (start < 1 || end <= start || start + text.length - end > MOST_AROUND) return NOT_VALID;
  return /[\n:] *$/.test(text.slice(0, start)) ? parseJsonDocument(text.slice(start, end)) : NOT_VALID;
}

/** Whether two parsed JSON values are the same whatever the order of their keys. Any depth: models nest as they like. */
export function sameJson(one: unknown, other: unknown): boolean {
  const open: [unknown, unknown][] = [[one, other]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [left, right] = next;
    if (sameLeaf(left, right)) continue;
    const parts = partsOf(left, right);
    if (parts === null) return false;
    for (const part of parts) open.push(part);
  }
  return true;
}

/** Whether two values are the same without a look inside. */
export function sameLeaf(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one === "number" && isNumber(other)) return `${EXACT}${canonicalDecimal(String(one))}` === other;
  return typeof other === "number" && isNumber(one) && `${EXACT}${canonicalDecimal(String(other))}` === one;
}

/** Pairs of members that must be the same for the two values to be; null when the values cannot be the same. */
export function partsOf(left: unknown, right: unknown): [unknown, unknown][] | null {
  if (!isContainer(left) || !isContainer(right)) return null;
  if (Array.isArray(left) !== Array.isArray(right)) return null;
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length || !names.every((name) => Object.hasOwn(right, name))) return null;
  return names.map((name) => [left[name], right[name]]);
}

export function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
