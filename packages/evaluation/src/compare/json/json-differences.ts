import type { JsonDifference } from "../figures.ts";

/** A place where two JSON documents differ, with what stands there. */
export interface JsonChange extends JsonDifference {
  readonly primary?: unknown;
  readonly silent?: unknown;
}

interface Place {
  readonly path: string;
  readonly primary: unknown;
  readonly silent: unknown;
}

/** The first `limit` places that differ, in the primary's order. Any depth; keys in any order; arrays by position. */
export function jsonDifferences(primary: unknown, silent: unknown, limit: number): readonly JsonChange[] {
  const changes: JsonChange[] = [];
  const open: Place[] = [{ path: "", primary, silent }];
  for (let place = open.pop(); place !== undefined && changes.length < limit; place = open.pop()) {
    if (place.primary === place.silent) continue;
    if (sameKind(place.primary, place.silent)) for (const inner of placesIn(place).toReversed()) open.push(inner);
    else changes.push(changeAt(place));
  }
  return changes;
}

type Container = Readonly<Record<string, unknown>>;

function isContainer(value: unknown): value is Container {
  return typeof value === "object" && value !== null;
}

function sameKind(one: unknown, other: unknown): boolean {
  return isContainer(one) && isContainer(other) && Array.isArray(one) === Array.isArray(other);
}

function placesIn({ path, primary, silent }: Place): readonly Place[] {
  const [one, other] = [primary as Container, silent as Container];
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].map((name) => ({
    path: `${path}/${escaped(name)}`,
    primary: member(one, name),
    silent: member(other, name),
  }));
}

/** JSON has no undefined, so that is what a missing member reads as. */
function member(container: Container, name: string): unknown {
  return Object.hasOwn(container, name) ? container[name] : undefined;
}

function changeAt({ path, primary, silent }: Place): JsonChange {
  if (primary === undefined) return { path, kind: "added", silent };
  if (silent === undefined) return { path, kind: "removed", primary };
  return { path, kind: "changed", primary, silent };
}

/** As JSON pointers have it (RFC 6901). */
function escaped(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
