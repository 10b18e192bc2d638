import { upperGamma } from "./gamma.ts";

/** Chance that a standard normal value lies beyond `z`. */
export function normalTail(z: number): number {
  const half = upperGamma(0.5, z ** 2 / 2) / 2;
  return z >= 0 ? half : 1 - half;
}

/** The value that a standard normal one stays below with the given chance, strictly between 0 and 1; by bisection. */
export function normalQuantile(chance: number): number {
  let [low, high] = [-40, 40];
  for (let step = 0; step < 80; step += 1) {
    const middle = (low + high) / 2;
    if (1 - normalTail(middle) < chance) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
