import { simplified } from "./chinese.ts";
import { monthOf } from "../numbers/dates.ts";

const ASCII = /^[\0-\x7f]*$/;
/** Soft hyphens, zero-width and direction marks, variation selectors, skin tones. */
const UNSEEN =
  /\u{AD}|\u{34F}|\u{61C}|[\u{200B}-\u{200F}]|[\u{2028}-\u{202E}]|[\u{2060}-\u{2069}]|[\u{FE00}-\u{FE0F}]|\u{FEFF}|[\u{1F3FB}-\u{1F3FF}]/gu;
const APOSTROPHES = /[‘’‚‛′ʼʹ´＇]/g;
const QUOTES = /[“”„‟«»‹›「」『』″＂]/g;
const DASHES = /[‐‑‒–—―−﹣－]/g;
const RAISED = /[⁰¹²³⁴⁵⁶⁷⁸⁹]+/g;
const RAISED_DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** Decimal digits of every writing stand in blocks of ten from zero on. */
const OTHER_DIGITS = /(?![0-9])\p{Nd}/gu;

function valueOfDigit(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return code - zero;
}

/** One glyph for what looks alike: Unicode form, quotes, apostrophes, dashes, spaces, what cannot be seen, Chinese scripts. */
export function plainGlyphs(text: string): string {
  if (ASCII.test(text)) return text;
  const flat = text
    // Compatibility forms would make 2³ to 23.
    .replace(
      RAISED,
      (digits) =>
        `^${digits
          .split("")
          .map((digit) => RAISED_DIGITS.indexOf(digit))
          .join("")}`,
    )
    .normalize("NFKC")
    .replace(UNSEEN, "")
    .replace(APOSTROPHES, "'")
    .replace(QUOTES, '"')
    .replace(DASHES, "-")
    .replaceAll("⁄", "/")
    .replace(OTHER_DIGITS, (digit) => String(valueOfDigit(digit)));
  return simplified(flat);
}

/** Markers at the beginning of a line: headings, quotations, list items, fences. */
const LINE_MARKS = /^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*+•‣▪◦][ \t]+|(?:```|~~~)[^\n]*$)/gm;
const NUMBERS = /^[ \t]*\d{1,3}[.)][ \t]+/gm;
const BOLD = /(?<![A-Za-z0-9*])(\*{1,3})(?=[^\s*])([^*\n]*[^\s*])\1(?![A-Za-z0-9*])/g;
const UNDERLINED = /(?<![A-Za-z0-9_])(_{1,3})(?=[^\s_])([^_\n]*[^\s_])\1(?![A-Za-z0-9_])/g;
const STRUCK = /~~([^~\n]+)~~/g;
const TICKS = /`+([^`\n]*)`+/g;
const LINK = /!?\[([^[\]\n]{0,300})\]\([^()\s]{0,2000}\)/g;
const TAGS = /<\/?(?:b|i|em|strong|p|br|u|code|span|answer|result|output|final)\s?\/?>/gi;

/** Text without its markup: Markdown, simple HTML, LaTeX. The words stay, lines too. */
export function plainText(text: string): string {
  const glyphs = plainGlyphs(text);
  if (!/[*_`~#>[<\\$•‣▪◦+-]|^[ \t]*\d/m.test(glyphs)) return glyphs;
  const words = withoutNumbers(glyphs)
    .replace(LINE_MARKS, "")
    .replace(BOLD, "$2")
    .replace(UNDERLINED, (all, marks: string, inner: string) => (isDunder(marks, inner) ? all : inner))
    .replace(STRUCK, "$1")
    .replace(TICKS, "$1")
    .replace(LINK, "$1")
    .replace(TAGS, "");
  return /[\\$]/.test(words) ? withoutLatex(words) : words;
}

/** Numbers of list items; the day of a date such as `14. März` is none. */
function withoutNumbers(text: string): string {
  return text.replace(NUMBERS, (number, at: number) => {
    const next = /^[\p{L}]+/u.exec(text.slice(at + number.length, at + number.length + 12))?.[0];
    return next !== undefined && monthOf(next.toLowerCase()) !== null ? number : "";
  });
}

/** `__init__` is a name of Python's, `__Paris__` is bold. */
function isDunder(marks: string, inner: string): boolean {
  return marks === "__" && /^[a-z_]+$/.test(inner);
}

const WRAPPERS = /\\(?:boxed|fbox|text|textbf|textit|mathrm|mathbf|mathit|operatorname|mbox)\s?\{([^{}]*)\}/g;
const FRACTION = /\\[dt]?frac\s?\{([^{}]*)\}\s?\{([^{}]*)\}/g;

function withoutLatex(text: string): string {
  let words = text.replaceAll(/\\[()[\]]|\$\$/g, " ").replaceAll(/(?<![\w$])\$([^$\n]+)\$(?!\d)/g, "$1");
  // From the inside out; three levels are deeper than answers nest.
  for (let level = 0; level < 3; level += 1) words = words.replace(FRACTION, "$1/$2").replace(WRAPPERS, "$1");
  return words
    .replaceAll(/\\(?:times|cdot)\b/g, "*")
    .replaceAll(/\\(?:leq?)\b/g, "<=")
    .replaceAll(/\\(?:geq?)\b/g, ">=")
    .replaceAll(/\\(?:left|right|displaystyle)\b/g, "")
    .replaceAll(/\\[,;! ]/g, " ")
    .replaceAll(/\\([%$#&_{}])/g, "$1");
}
