import { type Asked, errs, type Solver } from "./asked.ts";
import { describe, findHint } from "./hint.ts";
import { rankLabels } from "./judgement.ts";

const CUE = /\b(?:extract|pull out|find the|list the|what is the|read the|extrahiere|extrais|extrae)\b|抽出|提取/i;
const FIELDS =
  /e-?mail|phone|url|date|deadline|time|amount|total|price|order (?:number|id)|invoice (?:number|id)|ticket|tracking|company|customer|name|city|location|quantity/gi;
const KEY_LIST =
  /\b(?:keys?|fields(?=:)|Schlüsseln?|clés|claves)\b[^\p{L}"'`]*((?:["'`]?[\p{L}_]+["'`]?(?:\s*,\s*(?:and |und |et |y )?|\s+(?:and|und|et|y)\s+))*["'`]?[\p{L}_]+["'`]?)/iu;

/** Reads named things (an email address, a date, an amount) out of the text in the prompt. */
export const extract: Solver = (asked) => {
  const text = asked.question;
  if (!CUE.test(text)) return null;
  const instruction = instructionOf(text);
  const fields = [...new Set((instruction.match(FIELDS) ?? []).map((field) => field.toLowerCase()))];
  if (fields.length === 0) return null;
  const passage = text.slice(instruction.length).trim() || text;
  const found = fields.map((field) => [field, read(field, passage, asked)] as const);
  const [only] = found;
  if (found.length === 1 && only !== undefined) return only[1] ?? "It is not stated.";
  return found.map(([field, value]) => `${field}: ${value ?? "not stated"}`).join("\n");
};

/** The object that a prompt asks for in words: its keys, each read from the text as well as its name allows. */
export function objectAskedFor(asked: Asked): Readonly<Record<string, unknown>> | null {
  const list = KEY_LIST.exec(asked.system)?.[1] ?? KEY_LIST.exec(asked.question)?.[1];
  if (list === undefined) return null;
  const keys = list
    .split(/\s*,\s*(?:and |und |et |y )?|\s+(?:and|und|et|y)\s+/i)
    .map((key) => key.replace(/["'`]/g, ""));
  const passage = asked.question.slice(instructionOf(asked.question).length).trim() || asked.question;
  return Object.fromEntries(keys.map((key) => [key, valueOfKey(key, passage, asked)]));
}

function valueOfKey(key: string, passage: string, asked: Asked): unknown {
  const labels = LABELS_BY_KEY[key.toLowerCase()];
  if (labels !== undefined) return rankLabels(labels, passage, asked.dice)[errs(asked, key) ? 1 : 0];
  if (/confidence|score|probability/i.test(key)) return Math.round(70 + 29 * asked.dice.own(key)) / 100;
  const found = read(key, passage, asked);
  if (found !== null) return found;
  return /summary|title|topic|subject|reason|answer|product|item|text/i.test(key) ? describe(passage) : null;
}

const LABELS_BY_KEY: Readonly<Record<string, readonly string[]>> = {
  sentiment: ["positive", "negative", "neutral"],
  label: ["positive", "negative", "neutral"],
  category: ["billing", "technical", "shipping", "account", "other"],
  priority: ["urgent", "normal", "low"],
  language: ["English", "German", "French", "Spanish"],
};

/** Up to the first colon or line end: what comes after is the text to read. */
function instructionOf(text: string): string {
  return /^[\s\S]*?[:\n](?=\s)/.exec(text)?.[0] ?? text;
}

function read(field: string, passage: string, asked: Asked): string | null {
  const found = findHint(field, passage);
  // The usual slip: the value is there, and the model cuts it short or says that it is not.
  if (found === null || !errs(asked, field)) return found;
  return asked.dice.own(`slip ${field}`) < 0.5 ? null : (found.split(" ")[0] ?? found);
}
