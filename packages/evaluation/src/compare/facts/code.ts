import { numbered } from "../texts/both-texts.ts";
import type { Finding } from "../figures.ts";
import { hunksOf } from "../texts/hunks.ts";

const FENCE = /^[ \t]*(?:```|~~~)[^\n`]*\n([\s\S]*?)\n?^[ \t]*(?:```|~~~)[ \t]*$/gm;
/** Share of an answer that its fenced code takes, from which the code is the answer. */
const MAINLY = 0.5;
const MOST_TOKENS = 3_000;
/** Tokens in a row that may stand for others in what is else the same program. */
const MOST_IN_PLACE = 4;

/** The code of an answer that is mainly code in fences; null for other answers. */
export function codeOf(text: string): string | null {
  if (!text.includes("```") && !text.includes("~~~")) return null;
  const blocks = [...text.matchAll(FENCE)].map(([, code = ""]) => code);
  const code = blocks.join("\n");
  return code.trim() !== "" && code.length >= MAINLY * text.trim().length ? code : blocksOnly(text, code);
}

/** Prose around one block is an explanation when the block is the larger part of what is left without courtesies. */
function blocksOnly(text: string, code: string): string | null {
  return code.length >= 200 && code.length >= 0.3 * text.length ? code : null;
}

const COMMENTS = /(?<=^|[\s;{}])\/\/[^\n]*|(?<=^|\s)#[ !][^\n]*|(?<=^|\s)--[ ][^\n]*/g;
const PIECES =
  /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[\p{L}_$][\p{L}\p{N}_$]*|\d[\w.]*|=>|->|[<>=!+\-*/%&|^~?:.@#]+|[()[\]{};,]/gu;

/** Whether two programs are one but for layout, comments, quotes and names of their own; another operator is another one. */
export function compareCode(primary: string, silent: string): Finding {
  const [one = [], other = []] = [primary, silent].toSorted().map(tokensOf);
  if (one.length >= MOST_TOKENS || other.length >= MOST_TOKENS)
    return { agrees: primary === silent ? true : null, reason: "too_large" };
  const tokens = numbered(one, other, (token) => token);
  const hunks = hunksOf(tokens.left, tokens.right);
  if (hunks.length === 0) return { agrees: true, reason: "same_form" };
  if (isRenaming(one, other)) return { agrees: true, reason: "same_form" };
  const changed = hunks.reduce((sum, { left, right }) => sum + Math.max(left[1] - left[0], right[1] - right[0]), 0);
  const small = hunks.every(({ left, right }) => Math.max(left[1] - left[0], right[1] - right[0]) <= MOST_IN_PLACE);
  const near = changed <= Math.max(2, 0.25 * Math.max(one.length, other.length));
  return small && near ? { agrees: false, reason: "other_code" } : { agrees: null, reason: "reworded" };
}

/** Comments of several lines; what Python has in three quotes is one where it begins a line. */
const BLOCKS = [
  ["/*", "*/"],
  ['"""', '"""'],
  ["'''", "'''"],
] as const;

/** Search by search: a pattern would look for the end of every beginning. */
function withoutBlocks(code: string): string {
  return BLOCKS.reduce((rest, [begin, end]) => withoutBlock(rest, begin, end), code);
}

function withoutBlock(code: string, begin: string, end: string): string {
  const kept: string[] = [];
  let at = 0;
  for (let start = code.indexOf(begin); start >= 0; start = code.indexOf(begin, at)) {
    const close = code.indexOf(end, start + begin.length);
    if (close < 0) break;
    const isText = begin === end && /\S/.test(code.slice(code.lastIndexOf("\n", start) + 1, start));
    kept.push(code.slice(at, isText ? close + end.length : start));
    at = close + end.length;
  }
  return `${kept.join(" ")}${code.slice(at)}`;
}

const SQL = /^\s*(?:select|insert|update|delete|with|create|alter)\b/i;

function tokensOf(code: string): readonly string[] {
  const written = withoutBlocks(code).replace(COMMENTS, "");
  const plain = SQL.test(written) ? written.toLowerCase() : written;
  const indented = /:[ \t]*$/m.test(plain);
  const tokens: string[] = [];
  let depths = [0];
  for (const line of plain.split("\n")) {
    if (tokens.length >= MOST_TOKENS) break;
    const pieces = line.match(PIECES) ?? [];
    if (pieces.length === 0) continue;
    if (indented) {
      const depth = /^\s*/.exec(line)?.[0].length ?? 0;
      depths = [...depths.filter((outer) => outer < depth), depth];
      tokens.push(`depth ${depths.length}`);
    }
    for (const piece of pieces)
      if (piece !== ";") tokens.push(piece.startsWith("'") ? `"${piece.slice(1, -1)}"` : piece);
  }
  return withoutLooseCommas(tokens);
}

/** A comma before a closing bracket says nothing. */
function withoutLooseCommas(tokens: readonly string[]): readonly string[] {
  return tokens.filter((token, index) => token !== "," || !/^[)\]}]$/.test(tokens[index + 1] ?? ""));
}

const WORD = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;

/** Whether the programs differ in names of variables alone, one for one. What is called, or stands after a point, is no such name. */
function isRenaming(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false;
  const [there, back] = [new Map<string, string>(), new Map<string, string>()];
  return one.every((token, index) => {
    const match = other[index] as string;
    if (token === match && !WORD.test(token)) return true;
    if (!WORD.test(token) || !WORD.test(match)) return false;
    if (token !== match && isGiven(one, index)) return false;
    if ((there.get(token) ?? match) !== match || (back.get(match) ?? token) !== token) return false;
    there.set(token, match);
    back.set(match, token);
    return token === match || !KEYWORDS.has(match);
  });
}

/** What stands after a point, or is called and not defined here, has its name from elsewhere. */
function isGiven(tokens: readonly string[], index: number): boolean {
  const [before, token, after] = [tokens[index - 1], tokens[index] ?? "", tokens[index + 1]];
  return before === "." || KEYWORDS.has(token) || (after === "(" && !isDefined(before));
}

function isDefined(before: string | undefined): boolean {
  return before === "function" || before === "def" || before === "fn" || before === "func";
}

const KEYWORDS: ReadonlySet<string> = new Set(
  (
    "if else elif for while do return break continue true false null None True False and or not in is new delete const let var try catch finally " +
    "throw raise yield await async import export from as class select from where group order by asc desc join left right inner outer limit " +
    "SELECT FROM WHERE AND OR NOT GROUP ORDER BY ASC DESC JOIN LEFT RIGHT INNER OUTER LIMIT DELETE UPDATE INSERT MIN MAX SUM COUNT AVG"
  ).split(" "),
);
