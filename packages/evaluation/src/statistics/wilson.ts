import { normalQuantile } from "./normal.ts";

/** Wilson's score interval for a rate of `count` in `of` (Wilson 1927), without continuity correction; 0 to 1 for none. */
export function wilson(count: number, of: number, confidence = 0.95): { readonly low: number; readonly high: number } {
  if (of === 0) return { low: 0, high: 1 };
  const z = normalQuantile(1 - (1 - confidence) / 2);
  const rate = count / of;
  const shrink = 1 + z ** 2 / of;
  const centre = (rate + z ** 2 / (2 * of)) / shrink;
  const half = (z / shrink) * Math.sqrt((rate * (1 - rate)) / of + z ** 2 / (4 * of ** 2));
  // Rounding must not put the interval's end on the wrong side of the rate itself.
  return {
    low: count === 0 ? 0 : Math.min(centre - half, rate),
    high: count === of ? 1 : Math.max(centre + half, rate),
  };
}
