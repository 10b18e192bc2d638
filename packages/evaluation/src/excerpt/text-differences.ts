import { type Hunk, hunksOf } from "../compare/texts/hunks.ts";
import { commonStart, lineOf, plain } from "./lines.ts";

/** Characters of each text that are aligned word by word, from where they begin to differ. */
const MOST_READ = 3_000;
const BEFORE = 200;
/** Places that are told, as long as each is a phrase. */
const TOLD = 2;
const LONGEST_PHRASE = 60;

/** Where two texts differ, in their own words: `14 days ≠ 30 days`. Empty where they do not. */
export function textsInWords(primary: string, silent: string): string {
  const from = Math.max(0, commonStart(primary, silent) - BEFORE);
  const [one, other] = [wordsOf(primary, from), wordsOf(silent, from)];
  const numbers = new Map<string, number>();
  const numbered = (words: readonly string[]) =>
    words.map((word) => {
      const number = numbers.get(word) ?? numbers.size;
      numbers.set(word, number);
      return number;
    });
  const hunks = joined(hunksOf(numbered(one), numbered(other)));
  const told = hunks.slice(0, TOLD).map(({ left, right }) => {
    return `${phrase(one.slice(...left))} ≠ ${phrase(other.slice(...right))}`;
  });
  const more = hunks.length - told.length;
  return told.length === 0 ? "" : `${told.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** Places with hardly a word between them are read as one. */
function joined(hunks: readonly Hunk[]): readonly Hunk[] {
  const whole: Hunk[] = [];
  for (const hunk of hunks) {
    const last = whole.at(-1);
    if (last === undefined || hunk.left[0] - last.left[1] > 2) whole.push(hunk);
    else whole[whole.length - 1] = { left: [last.left[0], hunk.left[1]], right: [last.right[0], hunk.right[1]] };
  }
  return whole;
}

function wordsOf(text: string, from: number): readonly string[] {
  return plain(text.slice(from, from + MOST_READ))
    .split(/\s+/)
    .filter((word) => word !== "");
}

function phrase(words: readonly string[]): string {
  return words.length === 0 ? "nothing" : `“${lineOf(words.join(" "), LONGEST_PHRASE)}”`;
}
