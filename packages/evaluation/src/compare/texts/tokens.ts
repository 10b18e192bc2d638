import { monthOf } from "../numbers/dates.ts";
import { canonicalDecimal, readDecimal } from "../numbers/decimal.ts";
import { classOf, DIGIT, KATAKANA, LETTER, MARK, OTHER, SIGN, STOP, THAI } from "./letters.ts";
import { numberOfWord } from "../numbers/number-words.ts";
import { plainText } from "./plain-text.ts";
import { isFunctionWord, isNegation, stemOf } from "./words-of-meaning.ts";

/** What a word is good for in telling two texts apart. */
export type Sort = "number" | "negation" | "name" | "function" | "content" | "mark";

export interface Token {
  /** In one notation: lower case, numbers as decimals, dates as `2025-03-14`. */
  readonly word: string;
  /** The beginning that its forms share. */
  readonly stem: string;
  readonly sort: Sort;
  /** The month that it names, 1 to 12. */
  readonly month: number | null;
  /** Number of the sentence that it stands in. */
  readonly sentence: number;
}

type Word = Omit<Token, "sentence">;
/** What a piece of text reads as; most words come more than once. */
export type Lexicon = Map<string, readonly Word[]>;

/** The words of a text in order, of at most about `most`; what stands beyond is left out. */
export function tokensOf(text: string, most: number, lexicon: Lexicon = new Map()): readonly Token[] {
  const plain = plainText(text);
  const shouts = plain.length > 20 && plain === plain.toUpperCase();
  const tokens: Token[] = [];
  let [sentence, begins] = [0, true];
  for (const { piece, kind } of piecesOf(plain, 2 * most)) {
    if (tokens.length >= most) break;
    if (kind === STOP) {
      sentence += begins ? 0 : 1;
      begins = true;
      continue;
    }
    const named = kind === LETTER && !begins && !shouts && isCapital(piece);
    for (const word of wordsOf(piece, lexicon)) tokens.push(tokenOf(word, sentence, named));
    begins = false;
  }
  return withDates(isGerman(tokens) ? tokens.map(unnamed) : tokens);
}

const GERMAN: ReadonlySet<string> = new Set("der die das und ist nicht ein eine den dem mit für sich auf".split(" "));
/** Share of words in a text by which it is German, where every noun has a capital. */
const MOSTLY_GERMAN = 0.08;

function isGerman(tokens: readonly Token[]): boolean {
  return tokens.filter(({ word }) => GERMAN.has(word)).length > MOSTLY_GERMAN * tokens.length;
}

function unnamed(token: Token): Token {
  return token.sort === "name" ? { ...token, sort: "content" } : token;
}

interface Piece {
  readonly piece: string;
  readonly kind: number;
}

/** At most `most`, ends of sentences included. */
function piecesOf(text: string, most: number): readonly Piece[] {
  const pieces: Piece[] = [];
  for (let at = 0; at < text.length && pieces.length < most;) {
    const kind = classOf(text.charCodeAt(at));
    const end = kind === OTHER ? at + 1 : endOf(text, at, kind);
    if (kind !== OTHER) pieces.push({ piece: text.slice(isMinus(text, at, kind) ? at - 1 : at, end), kind });
    at = end;
  }
  return pieces;
}

function tokenOf({ word, stem, sort, month }: Word, sentence: number, capital: boolean): Token {
  return { word, stem, sort: capital && sort === "content" ? "name" : sort, month, sentence };
}

/** Denials that Japanese writes at the end of a verb. */
const JAPANESE_DENIALS = ["ません", "なかった", "ない", "なく"];

/** Where the piece that begins here ends: words of one writing, numbers with their separators, signs one by one. */
function endOf(text: string, at: number, kind: number): number {
  if (kind === SIGN) return at + (JAPANESE_DENIALS.find((denial) => text.startsWith(denial, at))?.length ?? 1);
  let end = at + 1;
  for (; end < text.length; end += 1) {
    const next = classOf(text.charCodeAt(end));
    if (next !== kind && !joins(text, end, kind)) break;
  }
  return end;
}

/** An apostrophe or hyphen between letters, a point, comma or colon between digits. */
function joins(text: string, at: number, kind: number): boolean {
  if (kind !== LETTER && kind !== DIGIT) return false;
  if (!(kind === LETTER ? "'-" : ".,:").includes(text.charAt(at))) return false;
  return at + 1 < text.length && classOf(text.charCodeAt(at + 1)) === kind;
}

/** `-5` after a space; `ten-5` has none. */
function isMinus(text: string, at: number, kind: number): boolean {
  if (kind !== DIGIT || at === 0 || text.charAt(at - 1) !== "-") return false;
  if (at === 1) return true;
  const before = classOf(text.charCodeAt(at - 2));
  return before !== LETTER && before !== DIGIT && before !== SIGN && before !== KATAKANA && before !== THAI;
}

function isCapital(piece: string): boolean {
  const code = piece.charCodeAt(0);
  if (code < 0x80) return code >= 0x41 && code <= 0x5a;
  const first = piece.charAt(0);
  return first !== first.toLowerCase();
}

function wordsOf(piece: string, lexicon: Lexicon): readonly Word[] {
  const known = lexicon.get(piece);
  if (known !== undefined) return known;
  const words = spelled(piece).map((word) => ({ word, stem: stemOf(word), sort: sortOf(word), month: monthOf(word) }));
  lexicon.set(piece, words);
  return words;
}

const IRREGULAR: ReadonlyMap<string, readonly string[]> = new Map([
  ["can't", ["can", "not"]],
  ["cannot", ["can", "not"]],
  ["won't", ["will", "not"]],
  ["shan't", ["shall", "not"]],
  ["twice", ["2", "times"]],
  ["thrice", ["3", "times"]],
]);
const SUFFIXES: readonly (readonly [string, string])[] = [
  ["n't", "not"],
  ["'s", ""],
  ["'re", "are"],
  ["'ll", "will"],
  ["'ve", "have"],
  ["'m", "am"],
];

function spelled(piece: string): readonly string[] {
  if (isNumber(piece)) return [numberIn(piece)];
  const lower = piece.toLowerCase();
  const irregular = IRREGULAR.get(lower);
  if (irregular !== undefined) return irregular;
  const number = numberOfWord(lower);
  if (number !== null) return [number];
  if (!lower.includes("'")) return [lower];
  const suffix = SUFFIXES.find(([short]) => lower.endsWith(short));
  // French and Italian write an article or a denial before the apostrophe.
  if (suffix === undefined) return lower.split("'").filter((word) => word !== "");
  return [lower.slice(0, -suffix[0].length), suffix[1]].filter((word) => word !== "");
}

function isNumber(word: string): boolean {
  return classOf(word.charCodeAt(word.startsWith("-") ? 1 : 0)) === DIGIT;
}

function numberIn(piece: string): string {
  if (piece.includes(":")) return piece;
  return readDecimal(piece) ?? (/^-?\d+$/.test(piece) ? canonicalDecimal(piece) : piece);
}

function sortOf(word: string): Sort {
  if (isNumber(word)) return "number";
  if (classOf(word.charCodeAt(0)) === MARK) return "mark";
  if (isNegation(word)) return "negation";
  return isFunctionWord(word) ? "function" : "content";
}

/** `28 June 1919` and `June 28, 1919` are one word each, and the same. */
function withDates(tokens: readonly Token[]): readonly Token[] {
  if (!tokens.some(({ month }) => month !== null)) return tokens;
  const merged: Token[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const date = dateAt(tokens, at);
    const token = tokens[at] as Token;
    merged.push(date === null ? token : { ...token, word: date.word, stem: date.word, sort: "number", month: null });
    at += date === null ? 0 : date.length - 1;
  }
  return merged;
}

interface DateFound {
  readonly word: string;
  readonly length: number;
}

function dateAt(tokens: readonly Token[], at: number): DateFound | null {
  const [first, second, third] = [tokens[at], tokens[at + 1], tokens[at + 2]];
  if (first?.month) return dated(second, first, [third, 2]);
  if (second?.month) return dated(first, second, [third, 2]);
  return second?.word === "of" && third?.month ? dated(first, third, [tokens[at + 3], 3]) : null;
}

function dated(
  day: Token | undefined,
  { month }: Token,
  [next, length]: [Token | undefined, number],
): DateFound | null {
  if (!isDay(day?.word)) return null;
  const year = /^\d{4}$/.test(next?.word ?? "") ? next?.word : undefined;
  const word = `${year ?? ""}-${String(month).padStart(2, "0")}-${day?.word.padStart(2, "0")}`;
  return { word, length: year === undefined ? length : length + 1 };
}

function isDay(word: string | undefined): boolean {
  return word !== undefined && /^\d{1,2}$/.test(word) && Number(word) >= 1 && Number(word) <= 31;
}
