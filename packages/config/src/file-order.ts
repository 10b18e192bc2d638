import type { FileOrder } from "./fault.ts";
import { isMapping, pathTo } from "./reading.ts";

const SEGMENT = /\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([\w-]+)/g;

const ENTRY = /^(?:.*: )?model_list\[\d+\]/;

/**
 * The order of the parsed file. `entryPaths` are the paths that stand for the entries of `model_list`, some of which
 * may come from other files. What is absent counts as standing at the head of where it should be.
 */
export function fileOrder(raw: unknown, entryPaths: readonly string[]): FileOrder {
  const known = new Map<string, readonly number[]>();
  const entries = new Map(entryPaths.map((path, index) => [path, index]));
  const placesOf = rememberedPlaces();
  const placeOf = (path: string): readonly number[] => {
    const place = known.get(path) ?? findPlace(raw, mergedPath(path, entries), placesOf);
    known.set(path, place);
    return place;
  };
  return (left, right) => comparePlaces(placeOf(left.path), placeOf(right.path));
}

/** The path in the file with its includes merged in. */
function mergedPath(path: string, entries: ReadonlyMap<string, number>): string {
  const [entry] = ENTRY.exec(path) ?? [];
  const index = entry === undefined ? undefined : entries.get(entry);
  return index === undefined ? path : pathTo("model_list", index) + path.slice(entry?.length);
}

/** Key to place, of a list or a map. */
type PlacesOf = (container: object) => ReadonlyMap<string, number>;

/** A list of many entries is gone through once, and not for each of its faults. */
function rememberedPlaces(): PlacesOf {
  const known = new WeakMap<object, ReadonlyMap<string, number>>();
  return (container) => {
    const places = known.get(container) ?? new Map(Object.keys(container).map((key, place) => [key, place]));
    known.set(container, places);
    return places;
  };
}

function findPlace(raw: unknown, path: string, placesOf: PlacesOf): readonly number[] {
  const place: number[] = [];
  let value = raw;
  for (const [, index, quoted, plain] of path.matchAll(SEGMENT)) {
    const key = index ?? (quoted === undefined ? (plain ?? "") : String(JSON.parse(quoted)));
    const isContainer = Array.isArray(value) || isMapping(value);
    const at = (isContainer ? placesOf(value as object).get(key) : undefined) ?? -1;
    place.push(at);
    if (at === -1) break;
    value = (value as Readonly<Record<string, unknown>>)[key];
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
