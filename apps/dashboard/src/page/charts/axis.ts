/** A value's place on an axis, 0 to 1; below or above it is out of the picture. */
export type Place = (value: number) => number;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const MINUTES = [1, 5, 15, 30, 60, 180, 360, 720] as const;
const DAYS = [1, 2, 4, 7, 14, 28, 91, 182, 364] as const;

/** Moments to be marked between two, at most so many, on round minutes, hours or days of the reader's zone. */
export function timeTicks(from: number, to: number, most: number): readonly number[] {
  const span = to - from;
  const minutes = MINUTES.find((step) => span / (step * MINUTE_MS) <= most);
  if (minutes !== undefined) return everyMinutes(from, to, minutes);
  const days = DAYS.find((step) => span / (step * DAY_MS) <= most) ?? 364;
  return everyDays(from, to, days);
}

function everyMinutes(from: number, to: number, minutes: number): readonly number[] {
  const start = new Date(from);
  start.setHours(0, 0, 0, 0);
  const step = minutes * MINUTE_MS;
  const first = start.getTime() + Math.ceil((from - start.getTime()) / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((to - first) / step) + 1) }, (_, index) => first + index * step);
}

/** Midnights: a day is not always 24 hours. */
function everyDays(from: number, to: number, days: number): readonly number[] {
  const at = new Date(from);
  at.setHours(24, 0, 0, 0);
  const ticks: number[] = [];
  while (at.getTime() <= to) {
    ticks.push(at.getTime());
    at.setDate(at.getDate() + days);
  }
  return ticks;
}

/** Whether a moment is the beginning of a day, and so named by its date. */
export function isMidnight(epochMs: number): boolean {
  const date = new Date(epochMs);
  return date.getHours() === 0 && date.getMinutes() === 0;
}

/** Labels set one under the other, each at its place or as near to it as leaves so much room to its neighbours. */
export function apart(places: readonly number[], least: number, height: number): readonly number[] {
  const order = places.map((place, index) => ({ place, index })).toSorted((one, other) => one.place - other.place);
  let last = -Infinity;
  for (const one of order) {
    one.place = Math.max(one.place, last + least);
    last = one.place;
  }
  let next = height + least;
  for (const one of order.toReversed()) {
    one.place = Math.min(one.place, next - least);
    next = one.place;
  }
  const moved = new Map(order.map(({ place, index }) => [index, place]));
  return places.map((place, index) => moved.get(index) ?? place);
}
