import { shortHash } from "@understudy/runtime";

/** Stable numbers in [0, 1): the same key always gives the same number. */
export interface Dice {
  /** Hangs on the seed and the prompt: every model draws the same. */
  shared(key: string): number;
  /** Hangs on the seed, the prompt, the model and the choice. */
  own(key: string): number;
}

export interface DiceCup {
  readonly seed: string;
  readonly model: string;
  readonly prompt: string;
  /** What tells apart two answers of one model to one prompt. */
  readonly variation: string;
}

export function createDice(cup: DiceCup): Dice {
  const question = shortHash(`${cup.seed}\n${cup.prompt}`, 8);
  const shared = Number.parseInt(question, 16);
  const own = Number.parseInt(shortHash(`${question}\n${cup.model}\n${cup.variation}`, 8), 16);
  return { shared: (key) => mix(shared, key), own: (key) => mix(own, key) };
}

/** Picks one item by a number in [0, 1). */
export function pick<T>(items: readonly [T, ...T[]], fraction: number): T {
  return items[Math.floor(fraction * items.length)] ?? items[0];
}

/** A sequence of numbers in [0, 1) that is the same for the same seed. For latencies and shuffles, not for secrets. */
export function seededRandom(seed: string): () => number {
  const start = Number.parseInt(shortHash(seed, 8), 16);
  let count = 0;
  return () => {
    count += 1;
    return mix(start + Math.imul(count, 0x9e3779b9), "next");
  };
}

/** FNV-1a over the key, then the final mixing step of MurmurHash3: a SHA-256 for each number would show under load. */
function mix(base: number, key: string): number {
  let hash = base | 0;
  for (let index = 0; index < key.length; index += 1) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 16;
  return (hash >>> 0) / 2 ** 32;
}
