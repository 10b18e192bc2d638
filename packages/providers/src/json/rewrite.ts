import { isObject, type WireObject } from "@understudy/apis";
import { elementsAt, type Member, membersAt, type Span, valueAt } from "./spans.ts";

const NONE: ReadonlySet<string> = new Set();

/**
 * `wanted` as JSON text, where `text` is that of `original`: whatever is the same in both stands as it was written, digit for
 * digit and escape for escape, in the order it had. What is the same is told by identity, so `wanted` must share what it
 * did not change. Of a key that an edited object holds twice the last stays, which is the one that was parsed. The values of
 * the keys in `anew` are written anew all the same, and so is an edited object of thousands of keys.
 */
export function rewriteJson(
  text: string,
  original: WireObject,
  wanted: WireObject,
  anew: ReadonlySet<string> = NONE,
): string {
  return writtenObject({ text, span: valueAt(text, 0) }, original, wanted, anew);
}

/** A value's own text. */
interface Place {
  readonly text: string;
  readonly span: Span;
}

function written({ text, span }: Place, original: unknown, wanted: unknown): string {
  if (Object.is(original, wanted)) return text.slice(span.start, span.end);
  if (Array.isArray(original) && Array.isArray(wanted)) return writtenArray({ text, span }, original, wanted);
  if (isObject(original) && isObject(wanted)) return writtenObject({ text, span }, original, wanted, NONE);
  return JSON.stringify(wanted) ?? "null";
}

function writtenObject(
  { text, span }: Place,
  original: WireObject,
  wanted: WireObject,
  anew: ReadonlySet<string>,
): string {
  const members = membersAt(text, span.start);
  if (members === null) return JSON.stringify(wanted);
  const last = new Map(members.map((member) => [member.key, member]));
  const parts: string[] = [];
  for (const member of members) {
    const value = valueIn(wanted, member.key);
    if (value === undefined || last.get(member.key) !== member) continue;
    const key = text.slice(member.start, member.value.start);
    const said = anew.has(member.key)
      ? JSON.stringify(value)
      : written({ text, span: member.value }, original[member.key], value);
    parts.push(key + said);
  }
  for (const [key, value] of Object.entries(wanted)) {
    if (value === undefined || last.has(key)) continue;
    const moved = movedFrom(value, [...last.values()], original, wanted);
    const said = moved === null ? JSON.stringify(value) : text.slice(moved.value.start, moved.value.end);
    if (said !== undefined) parts.push(`${JSON.stringify(key)}:${said}`);
  }
  return `{${parts.join(",")}}`;
}

/** The member that is not wanted under its own name, and stands under another now. */
function movedFrom(
  value: unknown,
  members: readonly Member[],
  original: WireObject,
  wanted: WireObject,
): Member | null {
  const isIt = ({ key }: Member): boolean =>
    valueIn(wanted, key) === undefined && Object.is(valueIn(original, key), value);
  return members.find(isIt) ?? null;
}

function writtenArray({ text, span }: Place, original: readonly unknown[], wanted: readonly unknown[]): string {
  const places = elementsAt(text, span.start);
  if (places === null) return JSON.stringify(wanted);
  const known = new Map(original.map((element, index) => [element, index]));
  const parts = wanted.map((element, index) => {
    // An edited element stands where it stood, if none was added or taken out; a kept one is known wherever it is.
    const at = typeof element === "object" ? (known.get(element) ?? index) : index;
    const place = places[at];
    const shifted = wanted.length !== original.length && !known.has(element);
    return place === undefined || shifted
      ? (JSON.stringify(element) ?? "null")
      : written({ text, span: place }, original[at], element);
  });
  return `[${parts.join(",")}]`;
}

function valueIn(object: WireObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
