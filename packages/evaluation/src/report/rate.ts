import type { Tally } from "../evidence.ts";
import { wilson } from "../statistics/wilson.ts";
import type { Rate } from "./report.ts";

/** A rate with its 95% Wilson interval. */
export function rateOf(count: number, of: number): Rate {
  if (of === 0) return { count, of, value: null, low: null, high: null };
  return { count, of, value: count / of, ...wilson(count, of) };
}

/** The rate of those that did not agree. */
export function disagreementOf({ count, of }: Tally): Rate {
  return rateOf(of - count, of);
}
