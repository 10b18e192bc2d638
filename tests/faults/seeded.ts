import { shortHash } from "@understudy/runtime";

/** The same seed always gives the same numbers in [0, 1), and another `name` another row of them. */
export function seededRandom(seed: number, name: string): () => number {
  let state = Number.parseInt(shortHash(`${seed} ${name}`, 8), 16);
  // Mulberry32, by Tommy Ettinger: 32 bits of state are plenty for choosing faults.
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Exponentially distributed: the gap between two arrivals of a Poisson process. */
export function exponential(random: () => number, mean: number): number {
  return -mean * Math.log(1 - random());
}
