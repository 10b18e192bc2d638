import { plainText } from "./plain-text.ts";

const TRAILING = new Set(" .,;:!?。、،؟।…！？");
const EMOJI = /[\p{Extended_Pictographic}\u{1F1E6}-\u{1F1FF}]/gu;
const HAS_EMOJI = /[\p{Extended_Pictographic}\u{1F1E6}-\u{1F1FF}]/u;
const ARTICLE = /^(?:the|an?|der|die|das|le|la|les|el|los|las) (?=\p{L}{2})/u;
const MARKS = /[\u0300-\u036f]/g;

const CONTRACTIONS: readonly (readonly [RegExp, string])[] = [
  [/\bcan't\b|\bcannot\b/g, "can not"],
  [/\bwon't\b/g, "will not"],
  [/n't\b/g, " not"],
  [/\b(it|that|there|he|she|what|here)'s\b/g, "$1 is"],
  [/\bi'm\b/g, "i am"],
  [/'re\b/g, " are"],
  [/'ll\b/g, " will"],
  [/'ve\b/g, " have"],
];

/** A short answer in the form that it is compared in: no markup, lower case, one kind of space, nothing around it. */
export function closedForm(text: string): string {
  return formOf(plainText(text).toLowerCase());
}

/** The same of a part of an answer that is plain already. */
export function formOf(lower: string): string {
  const flat = unwrapped(lower.replaceAll(/\s+/g, " ").trim());
  const spoken =
    HAS_EMOJI.test(flat) && /[\p{L}\p{N}]/u.test(flat)
      ? unwrapped(flat.replace(EMOJI, " ").replaceAll(/ +/g, " ").trim())
      : flat;
  let form = withoutPoints(spoken.replace(ARTICLE, ""));
  if (form.includes("'") || form.includes("cannot"))
    for (const [short, long] of CONTRACTIONS) form = form.replace(short, long);
  return form;
}

/** `U.S.A.` is `USA`, and an address is the same with a stroke at its end. */
function withoutPoints(form: string): string {
  if (/^https?:/.test(form)) return form.replace(/\/$/, "");
  return form.replaceAll(/(?<![\p{L}\p{N}])(?:\p{L}\.)+\p{L}(?![\p{L}\p{N}])/gu, (letters) =>
    letters.replaceAll(".", ""),
  );
}

/** Without quotes and brackets around all of it, and without punctuation at the end. A text of punctuation alone keeps it. */
function unwrapped(flat: string): string {
  let text = flat;
  for (let round = 0; round < 4; round += 1) {
    const before = text;
    text = withoutEnd(text);
    const inside = /^(["'])(.*)\1$/.exec(text)?.[2] ?? /^\[([^[\]]*)\]$/.exec(text)?.[1];
    if (inside !== undefined && !/^["']/.test(inside.trim()) && inside.trim() !== "" && !inside.includes('"'))
      text = inside.trim();
    if (text === before) break;
  }
  return text;
}

function withoutEnd(text: string): string {
  let end = text.length;
  while (end > 0 && TRAILING.has(text.charAt(end - 1))) end -= 1;
  return end === 0 ? text : text.slice(0, end);
}

/** What is left when accents, commas between words and spaces beside signs do not count. */
export function looseForm(form: string): string {
  return form
    .normalize("NFD")
    .replace(MARKS, "")
    .replaceAll("ß", "ss")
    .replaceAll(/(?<=\p{L}) ?[,;"'] ?(?=\p{L})/gu, " ")
    .replaceAll(/ ?([=<>+*/^|-]) ?/g, "$1");
}
