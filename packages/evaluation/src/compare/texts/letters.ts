/** What a character is in a text that is cut into words. */
export const OTHER = 1;
export const LETTER = 2;
export const DIGIT = 3;
/** Writes a word, or part of one, by itself. */
export const SIGN = 4;
export const KATAKANA = 5;
export const THAI = 6;
/** Ends a sentence. */
export const STOP = 7;
/** Changes what is said: `<`, `%`, `€`. */
export const MARK = 8;

const CLASSES: readonly (readonly [number, RegExp])[] = [
  [SIGN, /[\p{Script=Han}\p{Script=Hiragana}]/u],
  [KATAKANA, /[\p{Script=Katakana}ー]/u],
  [THAI, /\p{Script=Thai}/u],
  [DIGIT, /[0-9]/],
  [LETTER, /[\p{L}\p{M}]/u],
  [STOP, /[.!?。！？।\n]/],
  [MARK, /[$€£¥₹%<>=+*≤≥≠]/],
];

/** Filled as characters are met; 0 is not met yet. A pattern for each character of each text would cost twenty times as much. */
const known = new Uint8Array(65_536);

/** The class of a UTF-16 code unit. Half of a pair counts as a letter: rare scripts are written so, and emoji stand alone. */
export function classOf(code: number): number {
  const found = known[code] ?? OTHER;
  if (found !== 0) return found;
  const character = String.fromCharCode(code);
  const isHalf = code >= 0xd8_00 && code <= 0xdf_ff;
  const named = isHalf ? LETTER : (CLASSES.find(([, pattern]) => pattern.test(character))?.[0] ?? OTHER);
  known[code] = named;
  return named;
}
