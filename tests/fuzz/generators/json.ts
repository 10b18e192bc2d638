import fc, { type Arbitrary } from "fast-check";
import { keys, lengths, shortText, texts } from "./texts.ts";

/** What JSON can hold, and what its readers make of it: 1e400 is read as Infinity. */
export const numbers: Arbitrary<number> = fc.oneof(
  fc.integer(),
  fc.nat({ max: 100 }),
  fc.double({ noNaN: true }),
  fc.constantFrom(0, -0, 1, -1, 0.1, 2 ** 31, 2 ** 53, 2 ** 53 - 1, 2 ** 53 + 2, 1e21, 1e308, -1e308, 5e-324, Infinity),
);

/** A value of any shape, small. */
export const values: Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(null, true, false),
    numbers,
    shortText,
    // Whatever turns a value into text or takes its length stumbles over these.
    fc.constantFrom("length", "toString", "valueOf").map((name) => ({ [name]: { toString: null, valueOf: null } })),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.tuple(keys, tie("value")), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  ),
})).value;

/** A recipe for a value that is large in one way. Made anew each time, since what is given out may be frozen. */
type Recipe = () => unknown;

const DEEPEST = 100_000;

export function nested(depth: number, shape: "array" | "object" | "mixed"): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) {
    value = shape === "array" || (shape === "mixed" && level % 2 === 0) ? [value] : { a: value };
  }
  return value;
}

const deep: Arbitrary<Recipe> = fc
  .tuple(lengths(DEEPEST), fc.constantFrom("array" as const, "object" as const, "mixed" as const))
  .map(
    ([depth, shape]) =>
      () =>
        nested(depth, shape),
  );

/** Members of an array or object that is wide, and values in them all. */
const MOST_MEMBERS = 30_000;
const MOST_KEYS = 5_000;

const wide: Arbitrary<Recipe> = fc.tuple(lengths(MOST_MEMBERS), values, fc.boolean()).map(([length, value, keyed]) => {
  const fits = Math.min(length, Math.ceil(MOST_MEMBERS / sizeUpTo(MOST_MEMBERS, value)));
  if (!keyed) return () => Array.from({ length: fits }, () => copyOf(value));
  const names = Array.from({ length: Math.min(fits, MOST_KEYS) }, (_, at) => `k${at}`);
  return () => Object.fromEntries(names.map((name) => [name, copyOf(value)]));
});

const recipes: Arbitrary<Recipe> = fc.oneof(
  { weight: 20, arbitrary: values.map((value) => () => copyOf(value)) },
  { weight: 3, arbitrary: texts({ most: 64 * 1024 }).map((text) => () => text) },
  { weight: 1, arbitrary: deep },
  { weight: 1, arbitrary: wide },
);

/** One change to a value of known shape: where, and what. */
type Mutation = Readonly<{
  at: number;
  key: string;
  recipe: Recipe;
  how: "replace" | "drop" | "add" | "repeat" | "wrap" | "rename";
}>;

const mutations: Arbitrary<Mutation> = fc.record({
  at: fc.nat({ max: 400 }),
  key: keys,
  recipe: recipes,
  how: fc.constantFrom("replace", "replace", "drop", "add", "repeat", "wrap", "rename" as const) as Arbitrary<"drop">,
});

/** Values that are nearly what they should be. */
export function mutated(base: Arbitrary<unknown>, most = 3): Arbitrary<unknown> {
  return fc
    .tuple(base, fc.array(mutations, { maxLength: most }))
    .map(([value, changes]) => changes.reduce(changed, copyOf(value)));
}

interface Place {
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

const MOST_PLACES = 400;
/** Values in an array that was repeated: what is wide already would take all memory. */
const MOST_REPEATED = 20_000;

/** Values in it, itself included, a long text as several; no more than `most` are counted. */
function sizeUpTo(most: number, value: unknown): number {
  let size = 0;
  const open: unknown[] = [value];
  while (open.length > 0 && size < most) {
    const next = open.pop();
    size += typeof next === "string" ? 1 + next.length / 32 : 1;
    if (isObject(next)) for (const inner of Object.values(next)) open.push(inner);
  }
  return size;
}

function changed(value: unknown, mutation: Mutation): unknown {
  const places = placesIn(value);
  const place = places[mutation.at % (places.length + 1)];
  if (place === undefined) return mutation.how === "replace" ? mutation.recipe() : value;
  CHANGES[mutation.how](place, mutation);
  return value;
}

const CHANGES: Readonly<Record<Mutation["how"], (place: Place, mutation: Mutation) => void>> = {
  replace: ({ holder, key }, { recipe }) => put(holder, key, recipe()),
  drop: ({ holder, key }) => {
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
  },
  add: ({ holder, key }, mutation) => {
    const inside = holder[key];
    if (Array.isArray(inside)) inside.push(mutation.recipe());
    else if (isObject(inside)) put(inside, mutation.key, mutation.recipe());
  },
  repeat: ({ holder, key }, { at }) => {
    const inside = holder[key];
    if (!Array.isArray(inside)) return;
    const times = Math.min(1 + (at % 300), Math.ceil(MOST_REPEATED / sizeUpTo(MOST_REPEATED, inside)));
    put(holder, key, Array.from({ length: times }, () => copyOf(inside)).flat());
  },
  wrap: ({ holder, key }, mutation) => {
    put(holder, key, mutation.at % 2 === 0 ? [holder[key]] : { [mutation.key]: holder[key] });
  },
  rename: ({ holder, key }, mutation) => {
    const inside = holder[key];
    if (Array.isArray(holder)) return;
    delete holder[key];
    put(holder, mutation.key, inside);
  },
};

/** Also under `__proto__`, where an assignment would change what the object is. */
function put(holder: object, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, writable: true, configurable: true });
}

function placesIn(value: unknown): readonly Place[] {
  const places: Place[] = [];
  const open: unknown[] = [value];
  for (let at = 0; at < open.length && places.length < MOST_PLACES; at += 1) {
    const holder = open[at];
    if (!isObject(holder)) continue;
    for (const key of Object.keys(holder).slice(0, MOST_PLACES)) {
      places.push({ holder, key });
      open.push(holder[key]);
    }
  }
  return places;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** A copy that shares nothing. Any depth. */
export function copyOf<T>(value: T): T {
  const root = { value };
  const open: object[] = [root];
  for (let holder = open.pop(); holder !== undefined; holder = open.pop()) {
    for (const [key, inner] of Object.entries(holder)) {
      if (!isObject(inner)) continue;
      const copy = Array.isArray(inner) ? [...(inner as unknown[])] : Object.fromEntries(Object.entries(inner));
      put(holder, key, copy);
      open.push(copy);
    }
  }
  return root.value;
}

/** JSON text of a value of any depth. Infinity is written as what is read as it. */
export function written(value: unknown): string {
  const pieces: string[] = [];
  const open: Piece[] = [{ value }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next === "string") pieces.push(next);
    else if (isObject(next.value)) for (const piece of piecesOf(next.value).toReversed()) open.push(piece);
    else pieces.push(leaf(next.value));
  }
  return pieces.join("");
}

/** Finished text, or what is still to be written. */
type Piece = string | { readonly value: unknown };

function piecesOf(value: Record<string, unknown>): Piece[] {
  const isArray = Array.isArray(value);
  const members = Object.entries(value).flatMap(([key, member], at): Piece[] => {
    const comma = at === 0 ? "" : ",";
    return [isArray ? comma : `${comma}${JSON.stringify(key)}:`, { value: member }];
  });
  return [isArray ? "[" : "{", ...members, isArray ? "]" : "}"];
}

function leaf(value: unknown): string {
  if (typeof value !== "number") return JSON.stringify(value) ?? "null";
  if (Object.is(value, -0)) return "-0";
  if (Number.isFinite(value)) return JSON.stringify(value);
  return value > 0 ? "1e400" : "-1e400";
}

/** Damage to a text: cut, put in, written twice, said again under the same key. */
const wounds = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  length: fc.nat({ max: 12 }),
  text: fc.oneof(
    shortText,
    fc.constantFrom("1e400", "-0", "9007199254740993", "12345678901234567890", "0.1e-400", ",", "]", "}"),
  ),
  how: fc.constantFrom("cut", "insert", "replace", "twice", "end"),
});

/** Texts that are nearly what they should be. */
export function damaged(base: Arbitrary<string>, most = 2): Arbitrary<string> {
  return fc.tuple(base, fc.array(wounds, { maxLength: most })).map(([text, all]) =>
    all.reduce((left, { at, length, text: put, how }) => {
      const from = Math.floor(at * left.length);
      const [head, tail] = [left.slice(0, from), left.slice(from)];
      if (how === "end") return head;
      if (how === "insert") return head + put + tail;
      if (how === "twice") return head + tail.slice(0, length) + tail;
      return head + (how === "replace" ? put : "") + tail.slice(length);
    }, text),
  );
}

/** `levels` of brackets, closed or not: what a parser recurses into. */
const brackets = fc
  .tuple(lengths(DEEPEST), fc.constantFrom("[", '{"a":', '[{"a":'), fc.boolean())
  .map(([levels, opening, closed]) => {
    const closing = opening.replaceAll(/[^[{]/g, "").replaceAll("[", "]").replaceAll("{", "}");
    return opening.repeat(levels) + (closed ? `1${closing.split("").toReversed().join("").repeat(levels)}` : "");
  });

/** Text that is, or nearly is, JSON of this kind. */
export function jsonTexts(base: Arbitrary<unknown>): Arbitrary<string> {
  const near = mutated(base).map(written);
  return fc.oneof(
    { weight: 6, arbitrary: near },
    { weight: 3, arbitrary: damaged(near) },
    { weight: 1, arbitrary: brackets },
    { weight: 1, arbitrary: texts({ most: 256 * 1024 }) },
  );
}
