import { parseBoundedJson } from "@understudy/runtime";
import { type Choice, choiceOf } from "./choice.ts";

/** What the objects in a reply say. `silent`: none of them speaks of a verdict. */
export type Stated = { readonly kind: "stated"; readonly choice: Choice | null } | { readonly kind: "silent" };

/** The key that was asked for comes first. */
const KEYS = [
  "better",
  "better_answer",
  "verdict",
  "final_verdict",
  "winner",
  "preferred",
  "preference",
  "choice",
  "best",
];
const OBJECT_START = /\{\s*(?:["'“][^"'”\n]{1,60}["'”]|[A-Za-z_]\w{0,59})\s*:/y;
/** Words before an object that say whose it is, or that it is an example. */
const QUOTED =
  /\b(?:says?|said|writes?|wrote|contain(?:s|ed|ing)?|includ(?:es|ed|ing)|(?:ends?|ended|closes?) with|quot\w+|claim(?:s|ed)?|states?|reads|tries|tried|inject\w*|attempt\w*|told|tells|instead of|for example|e\.g\.)\b[^.!?\n{}]{0,100}$/i;
const ALTERNATIVE = /^[\s"'`]*(?:,? ?or|\/|\|)[\s"'`]*$/i;

interface Found {
  readonly start: number;
  readonly end: number;
}

/** The last verdict wins; an object that is quoted, or one of several offered, is none. One look at the text. */
export function verdictInObjects(text: string): Stated {
  const found = objectsIn(text);
  const verdicts = found.flatMap((object, index) => {
    if (isQuoted(text, object) || isOffered(text, found, index)) return [];
    const value = verdictIn(readObject(text.slice(object.start, object.end)));
    return value === undefined ? [] : [value];
  });
  const last = verdicts.at(-1);
  if (last === undefined) return { kind: "silent" };
  return { kind: "stated", choice: typeof last === "string" ? choiceOf(last) : null };
}

/** The text without its objects, for a look at the words around them. */
export function withoutObjects(text: string): string {
  let rest = "";
  let from = 0;
  for (const { start, end } of objectsIn(text)) {
    rest += `${text.slice(from, start)} `;
    from = end;
  }
  return rest + text.slice(from);
}

/** Objects that stand in no other. One that is cut off is the last: what follows its brace may be a quotation in it. */
function objectsIn(text: string): readonly Found[] {
  const found: Found[] = [];
  for (let start = text.indexOf("{"); start !== -1; start = text.indexOf("{", start + 1)) {
    OBJECT_START.lastIndex = start;
    if (!OBJECT_START.test(text)) continue;
    const end = endOf(text, start);
    found.push({ start, end: end ?? text.length });
    if (end === null) break;
    start = end - 1;
  }
  return found;
}

function endOf(text: string, start: number): number | null {
  let depth = 0;
  let inString = false;
  for (let at = start; at < text.length; at += 1) {
    const unit = text[at];
    if (inString && unit === "\\") at += 1;
    else if (unit === '"') inString = !inString;
    else if (!inString && unit === "{") depth += 1;
    else if (!inString && unit === "}") {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return null;
}

function isQuoted(text: string, { start }: Found): boolean {
  const before = text.slice(Math.max(0, start - 200), start);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  return QUOTED.test(line) || /^\s*>/.test(line);
}

function isOffered(text: string, found: readonly Found[], index: number): boolean {
  const gap = (one: Found | undefined, next: Found | undefined): boolean =>
    one !== undefined &&
    next !== undefined &&
    ALTERNATIVE.test(text.slice(one.end, Math.min(next.start, one.end + 20)));
  return gap(found[index - 1], found[index]) || gap(found[index], found[index + 1]);
}

type Members = Readonly<Record<string, unknown>>;

/** Undefined where the object says nothing of a verdict. Some judges put it one level down. */
function verdictIn(object: Members | null, levels = 1): unknown {
  if (object === null) return undefined;
  const byName = new Map(
    Object.entries(object).map(([key, value]) => [key.trim().toLowerCase().replace(/[ -]/g, "_"), value]),
  );
  const key = KEYS.find((one) => byName.has(one));
  const value = key === undefined ? undefined : byName.get(key);
  if (key !== undefined && !(levels > 0 && isMembers(value))) return value;
  if (levels === 0) return undefined;
  const inner = [...byName.values()].filter(isMembers).map((one) => verdictIn(one, levels - 1));
  return inner.find((one) => one !== undefined) ?? (key === undefined ? undefined : null);
}

function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readObject(text: string): Members | null {
  try {
    const value = parseBoundedJson(text);
    return isMembers(value) ? value : null;
  } catch {
    return readLoosely(text);
  }
}

const KEY = /\s*(?:"((?:[^"\\]|\\[\s\S])*)"|'((?:[^'\\]|\\[\s\S])*)'|([A-Za-z_]\w*))\s*:\s*/y;
const VALUE =
  /(?:"((?:[^"\\]|\\[\s\S]|"(?!\s*[,}]))*)"|'((?:[^'\\]|\\[\s\S]|'(?!\s*[,}]))*)'|([^,}"'{[\]|\n]*))\s*(?:[,}]|$)/y;

/** A flat object as people write one: single quotes, bare words, line breaks in texts, a comma at the end, or cut off. */
function readLoosely(text: string): Members | null {
  const members: Record<string, unknown> = {};
  let at = 1;
  for (;;) {
    KEY.lastIndex = at;
    const key = KEY.exec(text);
    if (key === null) break;
    VALUE.lastIndex = KEY.lastIndex;
    const value = VALUE.exec(text);
    if (value === null) return null;
    members[key[1] ?? key[2] ?? key[3] ?? ""] = value[1] ?? value[2] ?? value[3]?.trim();
    at = VALUE.lastIndex;
  }
  return at === 1 || !/^[\s}]*$/.test(text.slice(at)) ? null : members;
}
