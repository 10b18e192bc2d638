import type { BoundsHistory, CriterionUnit } from "@understudy/contracts";
import { isMidnight, type Place, timeTicks } from "./axis.ts";
import { clockTime, shortDay } from "../frame/moments.ts";
import { count } from "../frame/format.ts";

export type Across = "pairs" | "time";

export interface PicturePoint {
  readonly x: number;
  /** Null where there was no bound yet: it is beyond the picture. */
  readonly low: number | null;
  readonly high: number | null;
  readonly estimate: number | null;
}

export interface XTick {
  readonly x: number;
  readonly label: string;
  readonly end: "start" | "end" | null;
}

/** A criterion's course as a picture: x and y from 0 to 1, y from the top. */
export interface CriterionPicture {
  /** Apart where nothing came for long: nothing is drawn through a gap. */
  readonly runs: readonly (readonly PicturePoint[])[];
  readonly y: Place;
  readonly margin: number | null;
  readonly floor: number | null;
  /** Now. */
  readonly low: number | null;
  readonly high: number | null;
  readonly estimate: number | null;
  readonly decidedX: number | null;
  readonly ticks: readonly XTick[];
}

/** Likeness is drawn in how many answers differ: what the control does by chance, and what comes on top. */
function drawnValues({ name, points }: Pick<BoundsHistory<string>, "name" | "points">): {
  readonly base: number;
  readonly floor: number | null;
} {
  const floor = name === "likeness" ? (points.at(-1)?.control ?? null) : null;
  return { base: floor ?? 0, floor };
}

/** Null where there is nothing to draw: a course begins with its second point. */
export function criterionPicture(history: BoundsHistory<string>, across: Across): CriterionPicture | null {
  const { points, margin, unit, decided } = history;
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 2) return null;
  const { base, floor } = drawnValues(history);
  const x = across === "pairs" ? placeOf(0, last.pairs) : placeOf(first.at, last.at);
  const at = (point: { readonly pairs: number; readonly at: number }): number =>
    x(across === "pairs" ? point.pairs : point.at);
  const shown = (value: number | null): number | null => (value === null ? null : base + value);
  const y = yAxis([shown(margin), floor, shown(last.low), shown(last.high), shown(last.estimate)], unit);
  const runs = runsOf(points, across).map((run) =>
    run.map((point) => ({
      x: at(point),
      low: shown(point.low),
      high: shown(point.high),
      estimate: shown(point.estimate),
    })),
  );
  return {
    runs,
    y,
    margin: shown(margin),
    floor,
    low: shown(last.low),
    high: shown(last.high),
    estimate: shown(last.estimate),
    decidedX: decided === null ? null : at(decided),
    ticks: across === "pairs" ? pairTicks(history) : atTimes(first.at, last.at),
  };
}

function placeOf(from: number, to: number): Place {
  const span = Math.max(1e-9, to - from);
  return (value) => (value - from) / span;
}

/** From a little above what must be seen to a little below it; ratios by their logarithms. What is early is cut by its edge. */
function yAxis(values: readonly (number | null)[], unit: CriterionUnit): Place {
  const scale = unit === "ratio" ? (value: number) => Math.log(Math.max(1e-6, value)) : (value: number) => value;
  const none = unit === "ratio" ? 1 : 0;
  const all = [...values.filter((value) => value !== null), none].map(scale);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const room = Math.max(most - least, unit === "ratio" ? 0.05 : 0.01) * 0.3;
  const [from, to] = [least - room, most + room];
  return (value) => (to - scale(value)) / (to - from);
}

/** So much longer than the middle step between two points, and so much of the whole, is a time in which nothing came. */
const GAP_STEPS = 8;
const GAP_SHARE = 0.08;

function runsOf(points: BoundsHistory<string>["points"], across: Across): readonly BoundsHistory<string>["points"][] {
  if (across === "pairs") return [points];
  const steps = points.slice(1).map((point, index) => point.at - (points[index]?.at ?? point.at));
  const middle = steps.toSorted((one, other) => one - other)[Math.floor(steps.length / 2)] ?? 0;
  const span = (points.at(-1)?.at ?? 0) - (points[0]?.at ?? 0);
  const gap = Math.max(GAP_STEPS * middle, GAP_SHARE * span);
  const runs: BoundsHistory<string>["points"][number][][] = [];
  for (const [index, point] of points.entries()) {
    if (index === 0 || (steps[index - 1] ?? 0) > gap) runs.push([]);
    runs.at(-1)?.push(point);
  }
  return runs;
}

const MOST_TICKS = 3;
/** Labels in the middle keep so far from both ends, which have labels of their own. */
const ENDS = { from: 0.12, to: 0.8 };
const BETWEEN = 0.2;

/** 0 and all pairs, and days where they truly fell among them. */
function pairTicks({ points }: BoundsHistory<string>): readonly XTick[] {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return [];
  const inner = labelled(timeTicks(first.at, last.at, 2 * MOST_TICKS)).flatMap(({ at, label }) => {
    const x = pairsAt(points, at) / last.pairs;
    return x > ENDS.from && x < ENDS.to ? [{ x, label, end: null }] : [];
  });
  return [
    { x: 0, label: "0", end: "start" },
    ...spread(inner).slice(0, MOST_TICKS),
    { x: 1, label: count(last.pairs), end: "end" },
  ];
}

function atTimes(from: number, to: number): readonly XTick[] {
  const place = placeOf(from, to);
  return spread(
    labelled(timeTicks(from, to, MOST_TICKS + 2))
      .map(({ at, label }): XTick => ({ x: place(at), label, end: null }))
      .filter(({ x }) => x > 0.05 && x < 0.95),
  );
}

function labelled(moments: readonly number[]): readonly { readonly at: number; readonly label: string }[] {
  return moments.map((at) => ({ at, label: isMidnight(at) ? shortDay(at) : clockTime(at) }));
}

/** Without those that would touch the one before. */
function spread(ticks: readonly XTick[]): readonly XTick[] {
  const kept: XTick[] = [];
  for (const tick of ticks) if (tick.x - (kept.at(-1)?.x ?? -1) >= BETWEEN) kept.push(tick);
  return kept;
}

/** How many pairs there were at a moment, between two points as though they came evenly. */
function pairsAt(points: BoundsHistory<string>["points"], at: number): number {
  const next = points.findIndex((point) => point.at >= at);
  const [before, after] = [points[next - 1], points[next]];
  if (after === undefined) return points.at(-1)?.pairs ?? 0;
  if (before === undefined || after.at === before.at) return after.pairs;
  return before.pairs + ((at - before.at) / (after.at - before.at)) * (after.pairs - before.pairs);
}
