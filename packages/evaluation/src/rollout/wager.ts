import { total } from "../units/shapes.ts";
import { halved } from "../verdict/bounds.ts";
import { CHANCE_MONEYS } from "./chance-moneys.ts";
import { logOfMixture, logsAgainst, mirrored, type ValueCount } from "../statistics/e-process.ts";

/** Values of one half of the answers, and what a margin is raised by for them. */
export interface Part {
  readonly counts: readonly ValueCount[];
  /** The smallest value there can be; the largest is 1. */
  readonly min: number;
  readonly chance: Chance;
}

/** How much differs by chance: so far, at its most and at its least. */
export interface Chance {
  readonly expected: number;
  readonly most: number;
  readonly least: number;
  /** What it was told from, where that may be bet on together with the part: other answers than the part's. */
  readonly control: readonly ValueCount[] | null;
}

export const NO_CHANCE: Chance = { expected: 0, most: 0, least: 0, control: null };

/**
 * Logarithm of what has been made by betting on every part, from one purse, that the loss is above `loss`. Where no part's
 * is, it ever reaches 1/alpha with a chance of at most alpha: each bet's factor is at most 1 on average whatever came before,
 * from whichever part.
 */
export function logWealthBeyond(loss: number, parts: readonly Part[]): number {
  const [part, ...others] = parts;
  if (part !== undefined && others.length === 0 && part.chance.control !== null)
    return logWealthWhateverChance(loss, part, part.chance.control);
  return purse(parts.map(({ counts, min, chance }) => logsAgainst(-(loss + chance.most), mirrored(counts), -min)));
}

/**
 * The least that has been made, whatever part chance has: for each part it may have, what the bet on the loss has made times
 * what a bet has made that chance has a smaller one. The true part is among them, and there the product is no more than it may
 * be; so no level is spent on a bound of chance.
 */
function logWealthWhateverChance(loss: number, { counts, min, chance }: Part, control: readonly ValueCount[]): number {
  const seen = mirrored(counts);
  const at = (by: number): number =>
    logOfMixture(logsAgainst(-(loss + by), seen, -min)) + logOfMixture(logsAgainst(by, control, 1), CHANCE_MONEYS);
  return leastOf(at, { around: chance.expected, step: deviation(chance.expected, total(control)) / 2, most: 1 - loss });
}

function deviation(rate: number, of: number): number {
  return Math.sqrt((rate * (1 - rate)) / Math.max(1, of)) + 1 / Math.max(1, of);
}

/** By steps around, so far up that what is above is refuted by far, then by halving between the neighbours of the least. */
function leastOf(
  at: (value: number) => number,
  { around, step, most }: { readonly around: number; readonly step: number; readonly most: number },
): number {
  const inside = (value: number): number => Math.min(Math.max(value, 0), most - 1e-9);
  let [best, least] = [around, at(inside(around))];
  const look = (value: number): void => {
    const made = at(inside(value));
    if (made < least) [best, least] = [value, made];
  };
  for (let index = -STEPS_DOWN; index <= STEPS_UP; index += 1) look(around + index * step);
  for (let width = step / 2; width > step / 64; width /= 2) {
    const middle = best;
    look(middle - width);
    look(middle + width);
  }
  return least;
}

const STEPS_DOWN = 8;
const STEPS_UP = 20;

/** The same that it is below. */
export function logWealthWithin(loss: number, parts: readonly Part[]): number {
  return purse(parts.map(({ counts, chance }) => logsAgainst(loss + chance.least, counts, 1)));
}

function purse(logs: readonly (readonly number[])[]): number {
  const [first = [], ...others] = logs;
  return logOfMixture(first.map((log, index) => others.reduce((sum, other) => sum + (other[index] ?? 0), log)));
}

export interface Standing {
  readonly units: number;
  readonly now: number | null;
  /** The loss is above it; below it, at any time one looks. */
  readonly low: number | null;
  readonly high: number | null;
}

/** Where the loss stands, with bounds at their levels. Without any value all is null. */
export function standingOfParts(
  beyond: readonly Part[],
  within: readonly Part[],
  levels: { readonly low: number; readonly high: number },
): Standing {
  const units = within.reduce((sum, { counts }) => sum + total(counts), 0);
  if (units === 0) return { units, now: null, low: null, high: null };
  const now = lossIn(within, units);
  const least = Math.min(...beyond.map(({ min, chance }) => min - chance.expected));
  const low = -halved(
    { low: -lossIn(beyond, units), high: -least },
    (against) => logWealthBeyond(-against, beyond) >= Math.log(1 / levels.low),
  );
  const high = halved(
    { low: now, high: 1 },
    (against) => logWealthWithin(against, within) >= Math.log(1 / levels.high),
  );
  return { units, now, low: Math.min(low, now), high: Math.max(high, now) };
}

function lossIn(parts: readonly Part[], units: number): number {
  const sum = parts.reduce(
    (all, { counts, chance }) =>
      all + counts.reduce((own, { value, count }) => own + (value - chance.expected) * count, 0),
    0,
  );
  return sum / units;
}
