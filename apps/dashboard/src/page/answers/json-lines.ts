/** A line of two JSON documents, set beside each other: the same key on the same line. */
export interface JsonLine {
  readonly depth: number;
  /** With its quotes; null for items of a list, and for what closes. */
  readonly key: string | null;
  /** Null where this side has nothing there. */
  readonly left: string | null;
  readonly right: string | null;
  readonly path: string;
  readonly differs: boolean;
}

const MOST_LINES = 4_000;
const DEEPEST = 100;
const LONGEST_VALUE = 4_000;
/** Characters up to which a text is read as JSON here. */
const LARGEST = 1_000_000;

/** A text that is a JSON object or list; undefined for all else. */
export function documentOf(text: string): unknown {
  if (text.length > LARGEST || !/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Both documents, line by line. `cut`: there were more lines than are shown. */
export function jsonLines(
  left: unknown,
  right: unknown,
): { readonly lines: readonly JsonLine[]; readonly cut: boolean } {
  const lines: JsonLine[] = [];
  let cut = false;
  const add = (line: JsonLine): void => {
    if (lines.length < MOST_LINES) lines.push(line);
    else cut = true;
  };
  walk({ left, right, key: null, path: "", depth: 0, last: true }, add);
  return { lines, cut };
}

interface At {
  readonly left: unknown;
  readonly right: unknown;
  readonly key: string | null;
  readonly path: string;
  readonly depth: number;
  /** No comma follows. */
  readonly last: boolean;
}

function walk(at: At, add: (line: JsonLine) => void): void {
  const { left, right, key, path, depth, last } = at;
  const comma = last ? "" : ",";
  const line = { depth, key, path };
  if (!isHeld(left) || !isHeld(right) || Array.isArray(left) !== Array.isArray(right) || depth >= DEEPEST) {
    const [one, other] = [left, right].map((value) => (value === undefined ? null : `${short(value)}${comma}`));
    add({ ...line, left: one ?? null, right: other ?? null, differs: one !== other });
    return;
  }
  const [opens, closes] = Array.isArray(left) ? ["[", "]"] : ["{", "}"];
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  if (names.length === 0) {
    add({ ...line, left: `${opens}${closes}${comma}`, right: `${opens}${closes}${comma}`, differs: false });
    return;
  }
  add({ ...line, left: opens ?? "", right: opens ?? "", differs: false });
  for (const [index, name] of names.entries()) {
    walk(
      {
        left: own(left, name),
        right: own(right, name),
        key: Array.isArray(left) ? null : JSON.stringify(name),
        path: `${path}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`,
        depth: depth + 1,
        last: index === names.length - 1,
      },
      add,
    );
  }
  add({ depth, key: null, path, left: `${closes}${comma}`, right: `${closes}${comma}`, differs: false });
}

type Container = Readonly<Record<string, unknown>>;

function isHeld(value: unknown): value is Container {
  return typeof value === "object" && value !== null;
}

function own(container: Container, name: string): unknown {
  return Object.hasOwn(container, name) ? container[name] : undefined;
}

function short(value: unknown): string {
  const written = JSON.stringify(value);
  return written.length <= LONGEST_VALUE ? written : `${written.slice(0, LONGEST_VALUE)} …`;
}

/** Lines to show, and how many the same stand between them. */
export type JsonPiece =
  | { readonly kind: "lines"; readonly lines: readonly JsonLine[] }
  | { readonly kind: "same"; readonly id: number; readonly lines: readonly JsonLine[] };

const AROUND = 3;

/** More than three lines that are the same are folded, but for the three before and after what differs. */
export function jsonPieces(lines: readonly JsonLine[], open: ReadonlySet<number>): readonly JsonPiece[] {
  const shown = new Set<number>();
  for (const [index, line] of lines.entries()) {
    if (line.differs) for (let near = index - AROUND; near <= index + AROUND; near += 1) shown.add(near);
  }
  // Where nothing differs its beginning is shown.
  if (shown.size === 0) for (let index = 0; index < 40; index += 1) shown.add(index);
  const pieces: JsonPiece[] = [];
  for (let at = 0; at < lines.length;) {
    const visible = shown.has(at);
    let end = at + 1;
    while (end < lines.length && shown.has(end) === visible) end += 1;
    const part = lines.slice(at, end);
    if (visible || part.length <= AROUND || open.has(at)) pieces.push({ kind: "lines", lines: part });
    else pieces.push({ kind: "same", id: at, lines: part });
    at = end;
  }
  return pieces;
}
