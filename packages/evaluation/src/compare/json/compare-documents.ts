import { closedForm } from "../texts/closed-form.ts";
import type { Finding } from "../figures.ts";
import { isContainer, isNumber, partsOf, sameLeaf } from "./json-value.ts";
import { compareLong } from "../long-text.ts";

/** Share of content words in common from which two texts in one field say the same, where no fact speaks against it. */
const RESTATED = 0.4;
/** How far doubles of one value may lie apart. */
const NOISE = 1e-12;
/** Characters of text in fields that are compared by their facts; what is beyond is told by equality alone. */
const MOST_READ = 10_000;

/**
 * Whether two JSON values say the same to the program that reads them: structure, numbers and labels exactly, sentences by
 * their facts. A sentence in other words is no disagreement where a label beside it agrees; where there are but
 * sentences it is unclear.
 */
export function compareDocuments(primary: unknown, silent: unknown): Finding {
  const open: [unknown, unknown][] = [[primary, silent]];
  const seen = { labels: 0, read: 0, restated: 0, unclear: 0 };
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [left, right] = next;
    const parts = isContainer(left) ? partsOf(left, right) : [];
    if (parts === null) return { agrees: false, reason: "other_structure" };
    for (const part of parts) open.push(part);
    if (isContainer(left)) continue;
    const found = compareValues(left, right, seen.read < MOST_READ);
    if (found.agrees === false) return found;
    if (found.kind === "label") seen.labels += 1;
    else seen.read += String(left).length + String(right).length;
    if (found.agrees === null) seen[found.restated ? "restated" : "unclear"] += 1;
  }
  if (seen.unclear > 0 || (seen.restated > 0 && seen.labels === 0)) return { agrees: null, reason: "reworded" };
  return { agrees: true, reason: seen.restated > 0 ? "same_facts" : "same_value" };
}

interface ValueFinding extends Finding {
  readonly kind: "label" | "text";
  readonly restated: boolean;
}

function compareValues(left: unknown, right: unknown, mayRead: boolean): ValueFinding {
  if (sameLeaf(left, right)) return { ...label(true, "same_value"), kind: isSentence(left) ? "text" : "label" };
  if (isNumber(left) && isNumber(right))
    return isNoise(left, right) ? label(true, "same_value") : label(false, "other_number");
  if (!isText(left) || !isText(right)) return label(false, "other_value");
  if (isSentence(left) || isSentence(right)) return compareSentences(left, right, mayRead);
  const same = isWords(left) && isWords(right) && closedForm(left) === closedForm(right);
  return same ? label(true, "same_form") : label(false, "other_value");
}

function label(agrees: boolean, reason: Finding["reason"]): ValueFinding {
  return { agrees, reason, kind: "label", restated: false };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && !isNumber(value);
}

function isNoise(one: unknown, other: unknown): boolean {
  if (typeof one !== "number" || typeof other !== "number" || (Number.isInteger(one) && Number.isInteger(other)))
    return false;
  return Math.abs(one - other) <= NOISE * Math.max(Math.abs(one), Math.abs(other));
}

function compareSentences(left: string, right: string, mayRead: boolean): ValueFinding {
  const text = { kind: "text", restated: false } as const;
  if (!mayRead || left.length + right.length > 2 * MOST_READ) return { ...text, agrees: null, reason: "too_large" };
  const { agrees, reason, overlap, lacks, replaced } = compareLong(left, right);
  return { ...text, agrees, reason, restated: agrees === null && overlap >= RESTATED && !lacks && !replaced };
}

/** Letter case and quotes count in ids, paths and code, not in words. */
function isWords(text: string): boolean {
  return /^[\p{L}\p{M}\s'’.,!?-]+$/u.test(text);
}

/** Words of a string from which it is a sentence rather than a label. */
const SENTENCE = 6;

export function isSentence(value: unknown): boolean {
  if (typeof value !== "string" || value.length < 24) return false;
  const words = value.slice(0, 400).split(/\s+/).length;
  return words >= SENTENCE || (value.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Thai}]/gu) ?? []).length > 16;
}

/** Whether any string of a document is a sentence, so that its agreement hangs on more than labels. */
export function hasSentences(document: unknown): boolean {
  const open: unknown[] = [document];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (isSentence(next)) return true;
    if (isContainer(next)) for (const value of Object.values(next)) open.push(value);
  }
  return false;
}
