import type { Place, Span, TextDifference } from "./text-difference.ts";

export type Side = "left" | "right";

/** A stretch of one side that is not shown until it is asked for. */
export interface Fold extends Span {
  /** The same on both sides for what is the same on both. */
  readonly id: string;
  readonly label: string;
}

export interface Mark extends Span {
  /** Number of the place. */
  readonly place: number;
}

export interface FoldedText {
  readonly folds: readonly Fold[];
  readonly marks: readonly Mark[];
}

/** Characters of one stretch that stay shown at each end of what is folded, and that are worth folding. */
const KEPT = 240;
const WORTH = 600;
/** Lines that are not worth folding. */
const FEW_LINES = 3;
/** Characters that differ in one place and are shown at once. */
const LONGEST_PLACE = 3_000;
/** Characters of a text that is the same, or stands alone, that are shown at once. */
const LONGEST_SAME = 6_000;

interface Shown {
  readonly left: string;
  readonly right: string;
  /** Places that are shown; what is beyond is folded as one. */
  readonly most: number;
}

/** What is folded of both sides: what is the same and long, and the rest of what differs without an end. */
export function foldedTexts(difference: TextDifference, { left, right, most }: Shown): Record<Side, FoldedText> {
  const { places, same } = difference;
  const shown = places.slice(0, most);
  if (shown.length === 0) return { left: alone(left, "left"), right: alone(right, "right") };
  const folds: Record<Side, Fold[]> = { left: [], right: [] };
  for (const [index, run] of same.slice(0, shown.length + 1).entries()) {
    const last = index === shown.length;
    if (last && places.length > most) break;
    foldSame(folds, run, { left, right, index, last });
  }
  for (const [index, place] of shown.entries()) {
    for (const side of ["left", "right"] as const) folds[side].push(...foldPlace(place[side], `${side} ${index}`));
  }
  if (places.length > most) {
    const label = `${places.length - most} more differences`;
    const from = same[most];
    for (const [side, text] of [
      ["left", left],
      ["right", right],
    ] as const) {
      folds[side].push({ id: "rest", label, from: from?.[side].from ?? 0, to: text.length });
    }
  }
  const marksOf = (side: Side) => shown.map((place, index) => ({ ...place[side], place: index }));
  const of = (side: Side): FoldedText => ({
    folds: folds[side].toSorted((one, other) => one.from - other.from),
    marks: marksOf(side).filter(({ from, to }) => to > from),
  });
  return { left: of("left"), right: of("right") };
}

/** A text beside which there is none to compare it with. */
export function alone(text: string, id: string): FoldedText {
  if (text.length <= LONGEST_SAME + WORTH) return { folds: [], marks: [] };
  const from = breakBefore(text, LONGEST_SAME);
  return { folds: [{ id, from, to: text.length, label: characters(text.length - from) }], marks: [] };
}

interface RunOf {
  readonly left: string;
  readonly right: string;
  readonly index: number;
  readonly last: boolean;
}

/** Folds the middle of a stretch that is the same, as far as it is the same on both sides character by character. */
function foldSame(folds: Record<Side, Fold[]>, run: Place, { left, right, index, last }: RunOf): void {
  const middle = middleOf(left, run.left, { first: index === 0, last });
  const other = middleOf(right, run.right, { first: index === 0, last });
  if (middle === null || other === null) return;
  const label = `${sizeOf(left.slice(middle.from, middle.to))} the same`;
  folds.left.push({ id: `same ${index}`, label, ...middle });
  folds.right.push({ id: `same ${index}`, label, ...other });
}

/** From the end of the line in which the place before ends to the start of the line in which the next begins. */
function middleOf(text: string, { from, to }: Span, ends: { first: boolean; last: boolean }): Span | null {
  const start = ends.first ? from : lineEndAfter(text, from, to);
  const end = ends.last ? to : lineStartBefore(text, to, start);
  return spanWorth(text, afterTable(text, start, end), beforeTable(text, end, start));
}

function spanWorth(text: string, start: number, end: number): Span | null {
  if (end <= start) return null;
  const hidden = text.slice(start, end);
  return hidden.length >= WORTH || linesIn(hidden) > FEW_LINES || paragraphsIn(hidden) > 1
    ? { from: start, to: end }
    : null;
}

/** Rows of a table that moves with them are not torn from it. */
const MOST_ROWS = 30;

function afterTable(text: string, from: number, to: number): number {
  let at = from;
  for (let rows = 0; rows < MOST_ROWS && at < to && isRow(text, at); rows += 1) {
    const next = text.indexOf("\n", at) + 1;
    if (next === 0 || next > to) return to;
    at = next;
  }
  return at;
}

function beforeTable(text: string, to: number, from: number): number {
  if (to >= text.length || !isRow(text, to)) return to;
  let at = to;
  for (let rows = 0; rows < MOST_ROWS; rows += 1) {
    const before = text.lastIndexOf("\n", at - 2) + 1;
    if (before < from || before >= at || !isRow(text, before)) break;
    at = before;
  }
  return at;
}

function isRow(text: string, at: number): boolean {
  return text[at] === "|" && (at === 0 || text[at - 1] === "\n");
}

function lineEndAfter(text: string, from: number, to: number): number {
  const end = text.indexOf("\n", from);
  if (end !== -1 && end < to && end - from <= 2 * KEPT) return end + 1;
  return from + KEPT < to ? breakBefore(text, from + KEPT) : to;
}

function lineStartBefore(text: string, to: number, from: number): number {
  const start = text.lastIndexOf("\n", to - 1) + 1;
  if (start > from && to - start <= 2 * KEPT) return start;
  return to - KEPT > from ? breakBefore(text, to - KEPT) : from;
}

/** The blank before a place, so that no word is cut; the place itself where there is none near. */
function breakBefore(text: string, at: number): number {
  const blank = text.slice(Math.max(0, at - 80), at).search(/\s\S*$/);
  return blank === -1 ? at : Math.max(0, at - 80) + blank + 1;
}

function foldPlace({ from, to }: Span, id: string): readonly Fold[] {
  if (to - from <= LONGEST_PLACE + WORTH) return [];
  return [{ id, from: from + LONGEST_PLACE, to, label: `${characters(to - from - LONGEST_PLACE)} that differ` }];
}

/** `2 paragraphs`, `9 lines`, `120 words`. */
export function sizeOf(text: string): string {
  const paragraphs = paragraphsIn(text);
  if (paragraphs > 1) return `${paragraphs} paragraphs`;
  const lines = linesIn(text);
  return lines > 1 ? `${lines} lines` : `${count(text.trim().split(/\s+/).length)} words`;
}

function linesIn(text: string): number {
  return text.trim() === "" ? 0 : text.trim().split("\n").length;
}

function paragraphsIn(text: string): number {
  const parts = text.split(/\n[^\S\n]*\n/).filter((part) => part.trim() !== "");
  return parts.length;
}

function characters(number: number): string {
  return `${count(number)} characters`;
}

function count(number: number): string {
  return number.toLocaleString("en");
}

/** What is shown one after the other: text, or a button that shows what is folded. */
export type Piece = ({ readonly kind: "text"; readonly long: boolean } & Span) | ({ readonly kind: "fold" } & Fold);

/** Characters of a fold that, opened, gets a frame of its own to scroll in: a page may not become miles long. */
const LONGEST_OPEN = 8_000;

export function piecesOf(text: string, { folds }: FoldedText, open: ReadonlySet<string>): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  const say = (to: number, long: boolean): void => {
    if (to > at) pieces.push({ kind: "text", from: at, to, long });
    at = Math.max(at, to);
  };
  for (const fold of folds) {
    if (open.has(fold.id)) {
      if (fold.to - fold.from <= LONGEST_OPEN) continue;
      say(fold.from, false);
      say(fold.to, true);
    } else {
      say(fold.from, false);
      pieces.push({ kind: "fold", ...fold });
      at = Math.max(at, fold.to);
    }
  }
  say(text.length, false);
  return pieces;
}
