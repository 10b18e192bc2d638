import type { BothTexts } from "./both-texts.ts";
import type { Sort, Token } from "./tokens.ts";

/** What two texts have in common, and what each has alone. */
export interface Shared {
  /** Different words of content on the side that has fewer. */
  readonly smaller: number;
  /** Share of those that the other side has too, 0 to 1. */
  readonly overlap: number;
  /** Words of content in common, of all on both sides, 0 to 1. */
  readonly restated: number;
  /** Whether a side has a number more often, or a name, that the other lacks. */
  readonly lacks: boolean;
  /** Whether each side has a number that the other lacks. */
  readonly otherNumbers: boolean;
  /** Whether one side denies more often. */
  readonly denies: boolean;
}

const LEFT = 1;
const RIGHT = 2;

export function sharedWords({ left, right, words, stems }: BothTexts): Shared {
  const content = new Uint8Array(stems.size);
  mark(content, left, stems.left, LEFT);
  mark(content, right, stems.right, RIGHT);
  const [here, there, common] = [count(content, LEFT), count(content, RIGHT), count(content, LEFT | RIGHT)];
  const smaller = Math.min(here, there);
  const balance = new Int32Array(words.size);
  const seen = new Uint8Array(words.size);
  for (const word of words.left) [balance[word], seen[word]] = [(balance[word] ?? 0) + 1, LEFT];
  for (const word of words.right) [balance[word], seen[word]] = [(balance[word] ?? 0) - 1, (seen[word] ?? 0) | RIGHT];
  const numbers = [left, right].map((tokens, side) => {
    const places = side === 0 ? words.left : words.right;
    return tokens.some(
      ({ sort }, index) => sort === "number" && (balance[places[index] ?? 0] ?? 0) * (1 - 2 * side) > 0,
    );
  });
  const names = [left, right].some((tokens, side) => {
    const places = side === 0 ? words.left : words.right;
    return tokens.some(({ sort }, index) => sort === "name" && seen[places[index] ?? 0] !== (LEFT | RIGHT));
  });
  return {
    smaller,
    overlap: common / Math.max(1, smaller),
    restated: (2 * common) / Math.max(1, here + there),
    lacks: names || numbers.includes(true),
    otherNumbers: !numbers.includes(false),
    denies: denials(left) !== denials(right),
  };
}

export function isContent(sort: Sort): boolean {
  return sort !== "function" && sort !== "mark";
}

function mark(marks: Uint8Array, tokens: readonly Token[], stems: readonly number[], side: number): void {
  for (const [index, { sort }] of tokens.entries()) {
    const stem = stems[index] ?? 0;
    if (isContent(sort)) marks[stem] = (marks[stem] ?? 0) | side;
  }
}

function count(marks: Uint8Array, side: number): number {
  let found = 0;
  for (const mark of marks) if ((mark & side) === side) found += 1;
  return found;
}

function denials(tokens: readonly Token[]): number {
  let found = 0;
  for (const { sort } of tokens) if (sort === "negation") found += 1;
  return found;
}

/**
 * Whether the names of every sentence stand in one order on both sides, and its numbers too: who lent whom. Sentences may
 * change places, and so may a date within one.
 */
export function inOneOrder({ left, right }: BothTexts): boolean {
  return (["name", "number"] as const).every((sort) => {
    const [here, there] = [left, right].map((tokens) => bySentence(tokens, sort));
    return here?.join(" ") === there?.join(" ") || here?.toSorted().join("\n") === there?.toSorted().join("\n");
  });
}

function bySentence(tokens: readonly Token[], wanted: Sort): readonly string[] {
  const sentences: string[] = [];
  let last = -1;
  for (const { word, sort, sentence } of tokens) {
    if (sort !== wanted) continue;
    if (sentence === last) sentences[sentences.length - 1] += ` ${word}`;
    else sentences.push(word);
    last = sentence;
  }
  return sentences;
}
