/** A place where two lists differ: `[from, to)` of each; what stands before and after it is the same. */
export interface Hunk {
  readonly left: readonly [from: number, to: number];
  readonly right: readonly [from: number, to: number];
}

type Range = readonly [from: number, to: number];
interface Lists {
  readonly left: readonly number[];
  readonly right: readonly number[];
  /** Cells that tables may still take. */
  cells: number;
}

/** Cells of one table, and of all tables of one alignment: what is beyond is aligned by anchors alone. */
const MOST_CELLS = 20_000;
const ALL_CELLS = 100_000;
/** The table itself, with a row and a column more; nothing of one alignment is read by the next. */
const table = new Uint16Array(3 * MOST_CELLS);

/** A stretch of both lists; in a settled one nothing more can match. */
interface Stretch {
  readonly here: Range;
  readonly there: Range;
  readonly settled: boolean;
}

/**
 * Where two lists of words, each a number, differ. A small table aligns what is short; in what is longer, words that stand
 * once on each side are anchors (as patience diff has it), so that the time grows with the length and not with its
 * square. A large stretch without an anchor is one place that differs.
 */
export function hunksOf(left: readonly number[], right: readonly number[]): readonly Hunk[] {
  const lists = { left, right, cells: ALL_CELLS };
  const hunks: Hunk[] = [];
  const open: Stretch[] = [{ here: [0, left.length], there: [0, right.length], settled: false }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { here, there, settled } = next.settled ? next : trimmed(lists, next);
    if (here[0] === here[1] && there[0] === there[1]) continue;
    const parts = settled ? null : partsOf(lists, here, there);
    if (parts === null) hunks.push({ left: here, right: there });
    else open.push(...parts.toReversed());
  }
  return hunks;
}

function trimmed({ left, right }: Lists, { here, there, settled }: Stretch): Stretch {
  let [a, b, c, d] = [...here, ...there];
  while (a < b && c < d && left[a] === right[c]) [a, c] = [a + 1, c + 1];
  while (a < b && c < d && left[b - 1] === right[d - 1]) [b, d] = [b - 1, d - 1];
  return { here: [a, b], there: [c, d], settled };
}

/** The stretches between matched items; null where nothing matches. */
function partsOf(lists: Lists, here: Range, there: Range): readonly Stretch[] | null {
  const cells = (here[1] - here[0]) * (there[1] - there[0]);
  if (cells === 0) return null;
  const settled = cells <= Math.min(MOST_CELLS, lists.cells);
  if (settled) lists.cells -= cells;
  const matches = settled ? byTable(lists, here, there) : byAnchors(lists, here, there);
  if (matches.length === 0) return null;
  const parts: Stretch[] = [];
  let [left, right] = [here[0], there[0]];
  for (const [at, other] of [...matches, [here[1], there[1]] as const]) {
    parts.push({ here: [left, at], there: [right, other], settled });
    [left, right] = [at + 1, other + 1];
  }
  return parts;
}

type Match = readonly [left: number, right: number];

/** Items that stand once in each stretch, as many of them as keep one order. */
function byAnchors({ left, right }: Lists, here: Range, there: Range): readonly Match[] {
  const places = uniquePlaces(right, there);
  const anchors: Match[] = [];
  for (const [word, at] of uniquePlaces(left, here)) {
    const other = places.get(word) ?? -1;
    if (at >= 0 && other >= 0) anchors.push([at, other]);
  }
  return longestRising(anchors);
}

/** Below 0: more than once. */
function uniquePlaces(items: readonly number[], [from, to]: Range): ReadonlyMap<number, number> {
  const places = new Map<number, number>();
  for (let at = from; at < to; at += 1) {
    const item = items[at] as number;
    places.set(item, places.has(item) ? -1 : at);
  }
  return places;
}

/** The longest rising subsequence by the right place (Fredman 1975); the matches come in order of the left one. */
function longestRising(matches: readonly Match[]): readonly Match[] {
  const tails: number[] = [];
  const before = new Int32Array(matches.length);
  for (const [index, [, right]] of matches.entries()) {
    let [low, high] = [0, tails.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((matches[tails[middle] as number] as Match)[1] < right) low = middle + 1;
      else high = middle;
    }
    before[index] = low === 0 ? -1 : (tails[low - 1] as number);
    tails[low] = index;
  }
  const rising: Match[] = [];
  for (let index = tails.at(-1) ?? -1; index >= 0; index = before[index] ?? -1) rising.push(matches[index] as Match);
  return rising.toReversed();
}

/** Of two small stretches, by the classic table. */
function byTable({ left, right }: Lists, here: Range, there: Range): readonly Match[] {
  const [rows, columns] = [here[1] - here[0], there[1] - there[0]];
  const width = columns + 1;
  table.fill(0, 0, (rows + 1) * width);
  for (let row = rows - 1; row >= 0; row -= 1) {
    for (let column = columns - 1; column >= 0; column -= 1) {
      const at = row * width + column;
      const same = left[here[0] + row] === right[there[0] + column];
      table[at] = same ? (table[at + width + 1] ?? 0) + 1 : Math.max(table[at + width] ?? 0, table[at + 1] ?? 0);
    }
  }
  const matches: Match[] = [];
  for (let row = 0, column = 0; row < rows && column < columns;) {
    const at = row * width + column;
    if (left[here[0] + row] === right[there[0] + column]) {
      matches.push([here[0] + row, there[0] + column]);
      row += 1;
      column += 1;
    } else if ((table[at + width] ?? 0) >= (table[at + 1] ?? 0)) row += 1;
    else column += 1;
  }
  return matches;
}
