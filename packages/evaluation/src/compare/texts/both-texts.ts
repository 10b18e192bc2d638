import { type Lexicon, type Token, tokensOf } from "./tokens.ts";

/** Words of a text that are looked at. */
export const MOST_WORDS = 2_000;

/** A number for each item of two lists, the same for the same item; `size` is how many there are. */
export interface Numbered {
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly size: number;
}

/** Two texts as words. Which is left hangs on the texts alone, so that no figure hangs on which is the primary's. */
export interface BothTexts {
  readonly texts: { readonly left: string; readonly right: string };
  readonly left: readonly Token[];
  readonly right: readonly Token[];
  readonly words: Numbered;
  readonly stems: Numbered;
  /** Whether no word was left out. */
  readonly whole: boolean;
}

/** Reads two texts into words once, for all that is taken from them. */
export function readBoth(primary: string, silent: string): BothTexts {
  const lexicon: Lexicon = new Map();
  const texts = primary <= silent ? { left: primary, right: silent } : { left: silent, right: primary };
  const left = tokensOf(texts.left, MOST_WORDS, lexicon);
  const right = primary === silent ? left : tokensOf(texts.right, MOST_WORDS, lexicon);
  // Dates of several words may make one, so that a cut text comes out a little shorter.
  const whole = Math.max(left.length, right.length) < MOST_WORDS - 100;
  const words = numbered(left, right, ({ word }) => word);
  return { texts, left, right, words, stems: numbered(left, right, ({ stem }) => stem), whole };
}

/** Numbers instead of strings, for what compares each with many. */
export function numbered<T>(left: readonly T[], right: readonly T[], keyOf: (item: T) => string): Numbered {
  const known = new Map<string, number>();
  const numberOf = (item: T): number => {
    const key = keyOf(item);
    const found = known.get(key);
    if (found !== undefined) return found;
    known.set(key, known.size);
    return known.size - 1;
  };
  const [here, there] = [left.map(numberOf), right.map(numberOf)];
  return { left: here, right: there, size: known.size };
}
