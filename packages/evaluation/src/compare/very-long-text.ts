import type { Texts } from "./texts/compare-texts.ts";
import type { Finding } from "./figures.ts";
import { compareLong } from "./long-text.ts";

/** Characters up to which a text is read whole. */
export const MOST_READ = 12_000;
/** Same characters that stay around what differs, so that it is read in its sentence. */
const AROUND = 300;
/** One word in so many characters does not make another answer of a text of book length. */
const CHARACTERS_PER_WORD = 20_000;

export function isVeryLong({ primary, silent }: Texts): boolean {
  return Math.max(primary.length, silent.length) > MOST_READ;
}

/** Of two texts that differ and are too long to be read whole: what differs is read for facts, or its beginning. */
export function compareVeryLong({ primary, silent }: Texts): Finding {
  const before = commonStart(primary, silent);
  const after = commonEnd(primary, silent, before);
  const changed = Math.max(primary.length, silent.length) - before - after;
  const allowed = Math.floor(Math.min(primary.length, silent.length) / CHARACTERS_PER_WORD);
  if (allowed > 0 && changed <= 10 * Math.min(allowed, 10)) return { agrees: true, reason: "same_facts" };
  const [from, to] = [Math.max(0, before - AROUND), Math.max(0, after - AROUND)];
  const here = primary.slice(from, primary.length - to);
  const there = silent.slice(from, silent.length - to);
  const { agrees, reason } = compareLong(here.slice(0, MOST_READ), there.slice(0, MOST_READ));
  const whole = here.length <= MOST_READ && there.length <= MOST_READ;
  if (agrees === false || whole) return { agrees, reason };
  return { agrees: null, reason: "too_large" };
}

/** By halving: comparing two slices costs one pass over memory, a loop over characters many times that. */
function commonStart(one: string, other: string): number {
  let [low, high] = [0, Math.min(one.length, other.length)];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (one.slice(low, middle) === other.slice(low, middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

function commonEnd(one: string, other: string, start: number): number {
  let [low, high] = [0, Math.min(one.length, other.length) - start];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const same =
      one.slice(one.length - middle, one.length - low) === other.slice(other.length - middle, other.length - low);
    if (same) low = middle;
    else high = middle - 1;
  }
  return low;
}
