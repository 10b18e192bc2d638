import { isMapping, pathTo } from "./reading.ts";

/** Compares two paths by where they stand in the file. */
export type FileOrder = (left: { readonly path: string }, right: { readonly path: string }) => number;

const SEGMENT = /\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([\w-]+)/g;

/**
 * The order of the parsed file. `entryPaths` are the paths that stand for the entries of `model_list`, some of which
 * may come from other files. What is absent counts as standing at the head of where it should be.
 */
export function fileOrder(raw: unknown, entryPaths: readonly string[]): FileOrder {
  const known = new Map<string, readonly number[]>();
  const placeOf = (path: string): readonly number[] => {
    const place = known.get(path) ?? findPlace(raw, mergedPath(path, entryPaths));
    known.set(path, place);
    return place;
  };
  return (left, right) => comparePlaces(placeOf(left.path), placeOf(right.path));
}

/** The path in the file with its includes merged in. */
function mergedPath(path: string, entryPaths: readonly string[]): string {
  const index = entryPaths.findIndex((entry) => path.startsWith(entry));
  return index === -1 ? path : pathTo("model_list", index) + path.slice((entryPaths[index] ?? "").length);
}

function findPlace(raw: unknown, path: string): readonly number[] {
  const place: number[] = [];
  let value = raw;
  for (const [, index, quoted, plain] of path.matchAll(SEGMENT)) {
    const key = index ?? (quoted === undefined ? (plain ?? "") : String(JSON.parse(quoted)));
    const children: readonly [string, unknown][] =
      Array.isArray(value) || isMapping(value) ? Object.entries(value) : [];
    const at = children.findIndex(([name]) => name === key);
    place.push(at);
    if (at === -1) break;
    value = children[at]?.[1];
  }
  return place;
}

function comparePlaces(left: readonly number[], right: readonly number[]): number {
  for (const [depth, at] of left.entries()) {
    const other = right[depth];
    if (other === undefined) return 1;
    if (at !== other) return at - other;
  }
  return left.length - right.length;
}
