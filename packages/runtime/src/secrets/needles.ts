import type { Spelling } from "./spellings.ts";

/** A place in a text. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

type Beginnings = Map<string, Spelling[]>;

const newMap = <Key, Value>(): Map<Key, Value> => new Map();

/** What the map has there, or what is made for it. */
function under<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

const BLOCKS = 1 << 16;
const block = (one: number, two: number): number => ((one << 7) ^ two) & (BLOCKS - 1);
const SAME_ALPHABET = /[\w+/=-]/;

/**
 * Finds any of many texts in one pass, looking at a fraction of the characters (Wu and Manber): two characters that no
 * needle's beginning holds let it skip nearly all of the shortest beginning. Nothing in it grows faster than the text.
 */
export class Needles {
  readonly #window: number;
  readonly #skips = new Uint8Array(BLOCKS);
  /** Of the first two characters of every needle: most of what ends as a window does begins otherwise. */
  readonly #begins = new Uint8Array(BLOCKS);
  /** By the last two characters of the window: lengths of what may begin there, and who begins so. */
  readonly #ending = new Map<number, Map<number, Beginnings>>();

  constructor(spellings: readonly Spelling[]) {
    this.#window = Math.min(...spellings.map(({ known }) => known));
    this.#skips.fill(Math.min(255, this.#window - 1));
    for (const spelling of spellings) this.#enter(spelling);
  }

  #enter(spelling: Spelling): void {
    const { text } = spelling;
    const last = this.#window - 1;
    for (let at = 1; at <= last; at += 1) {
      const key = block(text.charCodeAt(at - 1), text.charCodeAt(at));
      this.#skips[key] = Math.min(this.#skips[key] ?? 0, last - at);
    }
    const key = block(text.charCodeAt(last - 1), text.charCodeAt(last));
    this.#begins[block(text.charCodeAt(0), text.charCodeAt(1))] = 1;
    const { known } = spelling;
    const beginnings = under(under(this.#ending, key, newMap<number, Beginnings>), known, newMap<string, Spelling[]>);
    under(beginnings, text.slice(0, known), () => []).push(spelling);
  }

  /** The first from there on; null for none. */
  find(text: string, from: number): Place | null {
    const last = this.#window - 1;
    // At hand: to ask the object for it at each step costs a quarter of the search.
    const skips = this.#skips;
    for (let at = from + last; at < text.length;) {
      const key = block(text.charCodeAt(at - 1), text.charCodeAt(at));
      const skip = skips[key] ?? 0;
      if (skip > 0) {
        at += skip;
        continue;
      }
      const place = this.#at(text, at - last, { from, key });
      if (place !== null) return place;
      at += 1;
    }
    return null;
  }

  /** The longest that begins at `start`, and spreads no further back than `from`. */
  #at(text: string, start: number, { from, key }: { readonly from: number; readonly key: number }): Place | null {
    if (this.#begins[block(text.charCodeAt(start), text.charCodeAt(start + 1))] === 0) return null;
    let found: Place | null = null;
    for (const [known, beginnings] of this.#ending.get(key) ?? []) {
      for (const { text: needle, spreads } of beginnings.get(text.slice(start, start + known)) ?? []) {
        const alike = { start, end: start + lengthAlike(text, start, needle) };
        const place = spreads ? spread(text, alike, from) : alike;
        if (found === null || place.end > found.end) found = place;
      }
    }
    return found;
  }
}

function lengthAlike(text: string, start: number, needle: string): number {
  let length = 0;
  while (length < needle.length && text[start + length] === needle[length]) length += 1;
  return length;
}

function spread(text: string, { start, end }: Place, from: number): Place {
  const place = { start, end };
  while (place.start > from && SAME_ALPHABET.test(text[place.start - 1] ?? "")) place.start -= 1;
  while (place.end < text.length && SAME_ALPHABET.test(text[place.end] ?? "")) place.end += 1;
  return place;
}
