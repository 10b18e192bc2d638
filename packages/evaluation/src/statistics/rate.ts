import type { Tally } from "../evidence.ts";
import { wilson } from "./wilson.ts";

/** A rate with its 95% Wilson interval, for one look; all null where nothing was counted. */
export interface Rate {
  readonly count: number;
  readonly of: number;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** A rate with its 95% Wilson interval. */
export function rateOf(count: number, of: number): Rate {
  if (of === 0) return { count, of, value: null, low: null, high: null };
  return { count, of, value: count / of, ...wilson(count, of) };
}

/** The rate of those that did not agree. */
export function disagreementOf({ count, of }: Tally): Rate {
  return rateOf(of - count, of);
}
