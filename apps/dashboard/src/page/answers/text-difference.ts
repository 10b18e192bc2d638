import { hunksOf } from "@understudy/evaluation/hunks";

/** Characters `[from, to)` of a text. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A place of two texts; where it differs, a side may have nothing there. */
export interface Place {
  readonly left: Span;
  readonly right: Span;
}

export interface TextDifference {
  /** Where they differ, in order. */
  readonly places: readonly Place[];
  /** What is the same before, between and after those: always one more. */
  readonly same: readonly Place[];
}

/** Same words between two places that are too few to be read as a stretch of their own. */
const LEAST_BETWEEN = 2;

/**
 * Where two texts differ: sentence by sentence, and word by word in those that do; white space makes no difference. The time grows with
 * their length, not with its square: two answers of 200,000 characters take some tenths of a second.
 */
export function textDifference(left: string, right: string): TextDifference {
  const whole = { left: { from: 0, to: left.length }, right: { from: 0, to: right.length } };
  const places = placesIn(whole, left, right, SENTENCE).flatMap((place) => placesIn(place, left, right, WORD));
  const all = joined(places, left);
  const ends = [...all, { left: end(left), right: end(right) }];
  const same = ends.map((next, index) => {
    const before = all[index - 1];
    return {
      left: { from: before?.left.to ?? 0, to: next.left.from },
      right: { from: before?.right.to ?? 0, to: next.right.from },
    };
  });
  return { places: all, same };
}

function end({ length }: string): Span {
  return { from: length, to: length };
}

/** A line, or a sentence in it, without the white space around it. */
const SENTENCE = /\S[^\n]{0,2000}?(?:[.!?:;]+(?=\s)|[。！？]|(?=[^\S\n]{0,20}(?:\n|$)))|\S[^\n]{0,2000}/g;
/** A script without blanks is cut into its characters. */
const WORD =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]{1,200}/gu;

interface Part extends Span {
  readonly text: string;
}

/** Where two stretches differ, in whole parts. */
function placesIn(place: Place, left: string, right: string, part: RegExp): readonly Place[] {
  const [here, there] = [partsOf(left, place.left, part), partsOf(right, place.right, part)];
  const numbers = new Map<string, number>();
  const numbered = (parts: readonly Part[]) =>
    parts.map(({ text }) => {
      const number = numbers.get(text) ?? numbers.size;
      numbers.set(text, number);
      return number;
    });
  return hunksOf(numbered(here), numbered(there)).map((hunk) => ({
    left: spanOf(here, place.left, hunk.left),
    right: spanOf(there, place.right, hunk.right),
  }));
}

function partsOf(text: string, { from, to }: Span, part: RegExp): readonly Part[] {
  return Array.from(text.slice(from, to).matchAll(part), ({ 0: found, index }) => ({
    text: found,
    from: from + index,
    to: from + index + found.length,
  }));
}

/** Of no parts, the place before the next one. */
function spanOf(parts: readonly Part[], { to }: Span, [first, last]: readonly [number, number]): Span {
  const from = parts[first]?.from ?? to;
  return { from, to: last > first ? (parts[last - 1]?.to ?? from) : from };
}

/** Places with hardly a word between them are one. */
function joined(places: readonly Place[], left: string): readonly Place[] {
  const whole: Place[] = [];
  for (const place of places) {
    const last = whole.at(-1);
    if (last !== undefined && isNear(left.slice(last.left.to, place.left.from))) {
      whole[whole.length - 1] = {
        left: { from: last.left.from, to: place.left.to },
        right: { from: last.right.from, to: place.right.to },
      };
    } else whole.push(place);
  }
  return whole;
}

function isNear(between: string): boolean {
  if (between.length > 40 || between.includes("\n")) return false;
  return between.split(/\s+/).filter((word) => word !== "").length <= LEAST_BETWEEN;
}
