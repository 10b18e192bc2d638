import { topicWords } from "./language.ts";

interface Hint {
  /** Names of fields or arguments that it is for. */
  readonly name: RegExp;
  /** Finds the value in a text: its first group, or the whole match. */
  readonly find: RegExp;
}

const WEEKDAY = "(?:next )?(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)";
const MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)";
const DAY = `\\d{4}-\\d{2}-\\d{2}|${MONTH} \\d{1,2}(?:, \\d{4})?|\\d{1,2} ${MONTH}(?: \\d{4})?|\\d{1,2}\\.\\d{1,2}\\.\\d{4}|today|tomorrow|${WEEKDAY}`;
const PROPER = `(?!${WEEKDAY}|${MONTH})\\p{Lu}[\\p{L}'-]+(?: \\p{Lu}[\\p{L}'-]+){0,2}`;

/** Matches whole words of a name, singular or plural. */
function named(words: string): RegExp {
  return new RegExp(`(?:^|_)(?:${words})s?(?:_|$)`);
}

const HINTS: readonly Hint[] = [
  { name: named("e_?mail"), find: /[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+/gu },
  { name: named("phone|tel|mobile"), find: /\+?\d[\d ()-]{7,20}\d/gu },
  { name: named("url|link|website"), find: /https?:\/\/[^\s"'<>)]+/gu },
  { name: named("date|day|deadline|due|when|start|end|until"), find: new RegExp(`\\b(?:${DAY})\\b`, "gu") },
  { name: named("time|hour"), find: /\b\d{1,2}(?::\d{2})? ?(?:am|pm)\b|\b\d{1,2}:\d{2}\b/giu },
  { name: named("currency"), find: /[$€£]|\b(?:USD|EUR|GBP|CHF|JPY)\b/gu },
  {
    name: named("amount|price|total|cost|sum|budget|value"),
    find: /(?:[$€£]|(?:USD|EUR|GBP|CHF) )?\d[\d,]{0,15}(?:\.\d+)?(?= ?(?:€|EUR|USD|CHF|dollars|euros))|(?:[$€£]|(?:USD|EUR|GBP|CHF)) ?\d[\d,]{0,15}(?:\.\d+)?/gu,
  },
  {
    name: named("order|invoice|ticket|tracking|reference|booking|sku|id|number"),
    find: /\b[A-Z]{1,5}-?\d{3,}\b|#\d+|\b\d{5,}\b/gu,
  },
  {
    name: named("quantity|count|guests|people|seats|duration|minutes|nights|limit"),
    find: /(?<![\w:./-])\d{1,3}(?!\w|[:./-]\d)/gu,
  },
  {
    name: named("city|location|place|town|destination|region|address"),
    find: new RegExp(`\\b(?:in|for|to|at|near|über|nach|à|en) (${PROPER})`, "gu"),
  },
  {
    name: named("company|organi[sz]ation|employer|supplier|vendor"),
    find: new RegExp(`\\b(?:at|of|by|from|with) (${PROPER})`, "gu"),
  },
  {
    name: named("name|person|customer|author|attendee|who|contact|recipient|employee"),
    find: new RegExp(`(?:\\b(?:am|is|with|and|from|by|for|name:|Mr|Ms|Dr)\\.? |[—–-] ?|\\n)(${PROPER})`, "gu"),
  },
  { name: named("language"), find: /\b(?:English|German|French|Spanish|Italian|Japanese|Chinese)\b/gu },
  { name: named("unit"), find: /\b(?:celsius|fahrenheit)\b/giu },
];

/** The values that a text holds for a field of this name, in the order they come; empty when nothing in it fits. */
export function findHints(name: string, text: string): readonly string[] {
  const words = name.replaceAll(/(?<=[a-z])(?=[A-Z])|[\s-]+/g, "_").toLowerCase();
  for (const hint of HINTS) {
    if (!hint.name.test(words)) continue;
    const found = [...text.matchAll(hint.find)].map((match) => (match[1] ?? match[0]).trim());
    if (found.length > 0) return [...new Set(found)];
  }
  return [];
}

/** The first value that a text holds for a field of this name; null when nothing in it fits. */
export function findHint(name: string, text: string): string | null {
  return findHints(name, text)[0] ?? null;
}

/** A short text about the prompt, for fields that want words of their own: a quotation, or its topic words. */
export function describe(text: string): string {
  const quoted = /["“«„]([^"”»“]{2,80})["”»“]|'([^'\n]{3,80})'/u.exec(text);
  return quoted?.[1] ?? quoted?.[2] ?? (topicWords(text, 4).join(" ") || "general");
}

/** The first number in a text that is not part of a word or a date. */
export function findNumber(text: string): number | null {
  const found = /(?<![\w.:/-])-?\d+(?:\.\d+)?(?![\w:/-])/.exec(text);
  return found === null ? null : Number(found[0]);
}
