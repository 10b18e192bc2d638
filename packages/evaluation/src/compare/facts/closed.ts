import type { Finding } from "../figures.ts";
import { closedForm, formOf, looseForm } from "../texts/closed-form.ts";
import { itemsOf, sameItems } from "../json/items.ts";
import { optionsOf, readOption } from "../options.ts";
import { type Quantity, quantityOf, sameQuantity } from "../numbers/quantities.ts";

/** A short answer, read. */
interface Closed {
  readonly text: string;
  readonly form: string;
  /** Also what it says without a lead-in: `positive` of `Sentiment: positive`. */
  readonly readings: readonly string[];
  readonly polar: string | null;
}

const NEGATION =
  /(?:^|[^\p{L}])(?:not|no|never|nor|nicht|kein\w*|pas|jamais|no|non|não|niet|geen|nie|не|нет|inte|ikke|without|except|rather than|instead of)(?:$|[^\p{L}])|n't|[不没未無]/u;
const POLAR: readonly (readonly [string, RegExp])[] = [
  ["yes", /^(?:yes|yeah|yep|ja|oui|sí|si|sim|sì|да|так|tak|evet|はい|是的?|네|예|نعم|हाँ|हां)$/],
  ["no", /^(?:no|nope|nein|non|não|nee|нет|ні|nie|hayır|いいえ|不是|否|아니요|아니오|لا|नहीं|nej|nei)$/],
];

/** Whether two short answers give one answer, whatever its wording and notation. */
export function compareClosed(primary: string, silent: string, question: string): Finding {
  const [one, other] = [readClosed(primary), readClosed(silent)];
  if (one.form === other.form) return { agrees: true, reason: "same_form" };
  return (
    byPolarity(one, other) ??
    byOption(one, other, question) ??
    byQuantity(one, other) ??
    byItems(one, other, question) ??
    byReading(one, other) ??
    byPlace(one, other)
  );
}

function readClosed(text: string): Closed {
  const form = closedForm(text);
  const first = /^[^\s,.;:!-]+/.exec(form)?.[0] ?? "";
  const polar = POLAR.find(([, words]) => words.test(first))?.[0] ?? null;
  return {
    text,
    form,
    readings: readingsOf(form),
    polar: first === form || /^[^\s]+[,.;:!-]/.test(form) ? polar : null,
  };
}

/** `yes` against `no`, each with or without a reason after it. */
function byPolarity(one: Closed, other: Closed): Finding | null {
  if (one.polar === null || other.polar === null) return null;
  if (one.polar !== other.polar) return { agrees: false, reason: "opposite" };
  return one.form.includes(" ") && other.form.includes(" ") ? null : { agrees: true, reason: "same_value" };
}

function byOption(one: Closed, other: Closed, question: string): Finding | null {
  const options = optionsOf(question);
  const [here, there] = [one, other].map(({ readings }) => readOption(readings, options));
  if (here === undefined || there === undefined || here === null || there === null) return null;
  if (here.letter !== there.letter) return { agrees: false, reason: "other_value" };
  const told = here.text !== null && there.text !== null && looseForm(here.text) !== looseForm(there.text);
  return told ? { agrees: false, reason: "other_value" } : { agrees: true, reason: "same_value" };
}

function byQuantity(one: Closed, other: Closed): Finding | null {
  const [here, there] = [one, other].map(({ readings }) => valueOf(readings));
  if (here === undefined || there === undefined || here === null || there === null) return null;
  const same = sameQuantity(here, there);
  if (same === null) return { agrees: null, reason: "other_number" };
  return same ? { agrees: true, reason: "same_value" } : { agrees: false, reason: "other_number" };
}

function valueOf(readings: readonly string[]): Quantity | null {
  for (const reading of readings) {
    const value = quantityOf(reading);
    if (value !== null) return value;
  }
  return null;
}

function byItems(one: Closed, other: Closed, question: string): Finding | null {
  const [here, there] = [itemsOf(one.text), itemsOf(other.text)];
  const lists = [here, there].filter((items) => items !== null).length;
  if (lists === 0 || (lists === 1 && (one.form.length > 40 || other.form.length > 40))) return null;
  return here === null || there === null ? null : sameItems(here, there, question);
}

function byReading(one: Closed, other: Closed): Finding | null {
  const [here, there] = [one, other].map(({ readings }) => readings.map(looseForm));
  if (here === undefined || there === undefined) return null;
  const [mine = "", ...shorterMine] = here;
  const [theirs = "", ...shorterTheirs] = there;
  if (mine === theirs || shorterTheirs.includes(mine) || shorterMine.includes(theirs))
    return { agrees: true, reason: "same_form" };
  // Two labels before the same word may well be of two things.
  return null;
}

/** A few words, and a sentence that has them somewhere. */
function byPlace(one: Closed, other: Closed): Finding {
  const [short, long] = one.form.length <= other.form.length ? [one.form, other.form] : [other.form, one.form];
  const words = long.split(" ").length;
  const spaced = /[\s\p{P}]/u.test(long) ? ` ${long.replaceAll(/[^\p{L}\p{N}+#%-]+/gu, " ")} ` : "";
  // A qualifier in brackets may be one too many, or not.
  if (long.startsWith(`${short} (`)) return { agrees: null, reason: "reworded" };
  if (
    short.split(" ").length > 4 ||
    words < 5 ||
    !spaced.includes(` ${short} `) ||
    NEGATION.test(long) !== NEGATION.test(short)
  )
    return { agrees: false, reason: "other_value" };
  if (/^[+-]?[\d.,]+%?$/.test(short) && (long.match(/\d+/g) ?? []).length > 1)
    return { agrees: false, reason: "other_number" };
  const leads =
    long.startsWith(`${short} `) && /^(?:is|are|was|were|ist|est|es|è|é|-|\()/.test(long.slice(short.length + 1));
  return leads || long.startsWith(`${short}. `)
    ? { agrees: true, reason: "contained" }
    : { agrees: null, reason: "reworded" };
}

const LABEL = /^((?:(?:here|this) (?:is|are)|here's)?[\p{L} ]{0,40}?|[\p{L}_]+(?: [\p{L}_]+){0,2}):\s+(.+)$/su;
const OPENER = /^(?:sure|certainly|of course|okay|ok|great|natürlich|gerne|bien sûr|claro|certo)[!,.:]? +(.+)$/s;
const COPULA =
  /^([^?!]{1,60}?) (?:is|are|was|were|equals|would be|ist|sind|war|est|sont|es|son|è|é|=|:)(?: (?:clearly|therefore|thus|indeed|just|simply|exactly|equal to|classified as|labell?ed as))*:? ([^?!]+)$/;

/** The form itself first, then what it comes down to without label, opener or subject. */
function readingsOf(form: string): readonly string[] {
  const readings = [form];
  for (let rest: string | null = shorter(form); rest !== null && readings.length < 4; rest = shorter(rest))
    readings.push(rest);
  return readings;
}

function shorter(form: string): string | null {
  const rest =
    OPENER.exec(form)?.[1] ?? LABEL.exec(form)?.[2] ?? /^[a-z_]+=([^=]+)$/.exec(form)?.[1] ?? predicateOf(form);
  return rest === null || rest === undefined || rest.length >= form.length ? null : formOf(rest);
}

/** `Paris` of `the capital is Paris`; nothing where either part is negated, or goes on after a comma. */
function predicateOf(form: string): string | null {
  const [, subject = "", rest = ""] = COPULA.exec(form) ?? [];
  if (rest === "" || NEGATION.test(` ${subject} `) || NEGATION.test(` ${rest} `)) return null;
  return rest.split(" ").length > 6 ? null : rest;
}

/** Normalised characters and words up to which an answer is a label, a number or a name. */
const MOST_CHARACTERS = 64;
const MOST_WORDS = 8;

/** Whether an answer is a value rather than a text. */
export function isClosed(text: string): boolean {
  if (text.length > 8 * MOST_CHARACTERS) return false;
  const form = closedForm(text);
  if (form.length > MOST_CHARACTERS) return false;
  const letters = (form.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Thai}]/gu) ?? []).length;
  return letters <= 16 && form.split(" ").length <= MOST_WORDS;
}
