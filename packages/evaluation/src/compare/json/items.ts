import type { Finding } from "../figures.ts";
import { formOf } from "../texts/closed-form.ts";
import { plainText } from "../texts/plain-text.ts";

/** A short answer that is a list. */
export interface Items {
  readonly items: readonly string[];
  readonly numbered: boolean;
}

const MOST_ITEMS = 50;
const MOST_CHARACTERS = 2_000;
const ORDER_ASKED =
  /\b(?:rank|order|sort|sequence|steps?|chronolog\w*|first to last|largest|smallest|longest|shortest|highest|lowest|top \d+|ascending|descending|alphabetical\w*|reihenfolge|sortier\w*|ordre|orden\w*)\b/i;

/** The items of a list in lines, or parted by commas, semicolons or slashes; null for what is none. */
export function itemsOf(text: string): Items | null {
  if (text.length > MOST_CHARACTERS) return null;
  const numbered = /^\s*1[.)]\s/.test(text);
  const plain = plainText(text)
    .toLowerCase()
    .replaceAll(/[^\S\n]+/g, " ")
    .trim()
    .replace(/^\[([^[\]]*)\]$/, "$1");
  const lines = plain.split("\n").filter((line) => line.trim() !== "");
  const parts = lines.length > 1 ? lines : partsOf(plain.trim());
  if (parts.length < 2 || parts.length > MOST_ITEMS) return null;
  const items = parts.map(formOf);
  const like = items.every((item) => item !== "" && item.split(" ").length <= 4 && item.length <= 40);
  return like ? { items, numbered } : null;
}

function partsOf(line: string): readonly string[] {
  const parts = line.split(/[;、]\s*|,\s+|\s+[&|]\s+/);
  const last = parts.at(-1) ?? "";
  const joined = /^(?:(.*\S)\s+)?(?:and|und|et|y|e|en|och|i|и)\s+(\S.*)$/u.exec(last);
  if (parts.length === 1 || joined === null) return parts.length === 1 ? pairOf(line) : parts;
  return [...parts.slice(0, -1), ...joined.slice(1).filter((part) => part !== undefined)];
}

/** `red and blue`. */
function pairOf(line: string): readonly string[] {
  const parts = line.split(/ (?:and|und|et|y) /);
  return parts.length === 2 && parts.every((part) => part.split(" ").length <= 2) ? parts : [];
}

/** Order counts where numbers, a numbered list or the question say so; where nobody says, another order is unclear. */
export function sameItems(one: Items, other: Items, question: string): Finding {
  if (one.items.length !== other.items.length) return { agrees: false, reason: "other_items" };
  if (one.items.every((item, index) => item === other.items[index])) return { agrees: true, reason: "same_items" };
  if (one.items.toSorted().join("\n") !== other.items.toSorted().join("\n"))
    return { agrees: false, reason: "other_items" };
  const numbers = one.items.every((item) => /^[\d.,+-]+$/.test(item));
  if (one.numbered || other.numbered || numbers || ORDER_ASKED.test(question))
    return { agrees: false, reason: "other_order" };
  return question === "" ? { agrees: null, reason: "other_order" } : { agrees: true, reason: "same_items" };
}
