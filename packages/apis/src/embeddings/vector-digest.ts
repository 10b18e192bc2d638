import type { VectorDigest } from "@understudy/contracts";
import { isObject } from "../wire.ts";

/** Inputs whose similarities are kept: 496 of them, in 1.3 KB of a call record. */
const MOST_TAKEN = 32;
/** With fewer there is nothing to rank. */
const FEWEST_RANKED = 3;
/** Longer vectors than any model's, of which 32 would take their time to multiply. */
const MOST_DIMENSIONS = 8_192;

const BYTES_OF_FLOAT = 4;
const BYTES_OF_COSINE = 2;
const ONE = 32_767;

/** A vector as it came: numbers, or the base64 of 32-bit floats, the lowest byte first. */
type Written = readonly number[] | string;

/**
 * What is kept of an answer's `data`. Linear in its size, but for the similarities, which take at most 496 times 8,192
 * multiplications.
 */
export function digestVectors(data: readonly unknown[]): VectorDigest {
  const vectors = inOrder(data);
  const lengths = new Set([...vectors.values()].map(dimensionsOf));
  const [dimensions = null] = lengths.size === 1 ? lengths : [];
  const first = firstOf(vectors);
  const directions = first.map(directionOf);
  const nowhere = directions.filter((direction) => direction === null).length;
  const whole = first.length === Math.min(vectors.size, MOST_TAKEN) && first.length >= FEWEST_RANKED;
  const known =
    whole && dimensions !== null
      ? directions.filter((direction) => typeof direction === "object" && direction !== null)
      : [];
  return {
    count: vectors.size - nowhere,
    dimensions,
    taken: first.length,
    similarities: known.length > 0 && known.length === first.length ? written(known) : null,
  };
}

/** Vectors by the input that they are of. An entry that names none, or one that is taken, stands for its own place. */
function inOrder(data: readonly unknown[]): ReadonlyMap<number, Written> {
  const vectors = new Map<number, Written>();
  for (const [place, entry] of data.entries()) {
    if (!isObject(entry)) continue;
    const { index, embedding } = entry;
    const named = typeof index === "number" && Number.isInteger(index) && index >= 0 && !vectors.has(index);
    if (isVector(embedding)) vectors.set(named ? index : place, embedding);
  }
  return vectors;
}

function isVector(value: unknown): value is Written {
  if (typeof value === "string") return value !== "" && Number.isInteger(bytesIn(value) / BYTES_OF_FLOAT);
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "number");
}

/** Those of the first inputs, up to the first that has none. */
function firstOf(vectors: ReadonlyMap<number, Written>): readonly Written[] {
  const first: Written[] = [];
  for (let index = 0; index < MOST_TAKEN; index += 1) {
    const vector = vectors.get(index);
    if (vector === undefined) break;
    first.push(vector);
  }
  return first;
}

function dimensionsOf(vector: Written): number {
  return typeof vector === "string" ? bytesIn(vector) / BYTES_OF_FLOAT : vector.length;
}

/** Bytes that a base64 text stands for. */
function bytesIn(text: string): number {
  return Buffer.byteLength(text, "base64");
}

/** The vector at length 1; null for one that points nowhere, or holds what is no number. Too long a one is not looked at. */
function directionOf(vector: Written): Floats | "too long" | null {
  if (dimensionsOf(vector) > MOST_DIMENSIONS) return "too long";
  const numbers = typeof vector === "string" ? decoded(vector) : new Float64Array(vector);
  let largest = 0;
  for (let index = 0; index < numbers.length; index += 1) largest = Math.max(largest, Math.abs(numbers[index] ?? 0));
  if (!(largest > 0 && largest < Infinity)) return null;
  // Divided by the largest first, so that no square leaves the range of numbers.
  for (let index = 0; index < numbers.length; index += 1) numbers[index] = (numbers[index] ?? 0) / largest;
  const length = Math.sqrt(dot(numbers, numbers));
  for (let index = 0; index < numbers.length; index += 1) numbers[index] = (numbers[index] ?? 0) / length;
  return numbers;
}

type Floats = Float64Array<ArrayBuffer>;

/** Zeros where the text is no base64. Node runs on processors that have the lowest byte first, too. */
function decoded(text: string): Floats {
  const floats = new Float32Array(bytesIn(text) / BYTES_OF_FLOAT);
  const bytes = Buffer.from(floats.buffer);
  return bytes.write(text, "base64") === bytes.length ? new Float64Array(floats) : new Float64Array(1);
}

function written(directions: readonly Floats[]): string {
  const count = directions.length;
  const bytes = Buffer.alloc(((count * (count - 1)) / 2) * BYTES_OF_COSINE);
  let at = 0;
  for (const [index, one] of directions.entries()) {
    for (const other of directions.slice(index + 1)) {
      const cosine = Math.max(-1, Math.min(1, dot(one, other)));
      at = bytes.writeInt16LE(Math.round(cosine * ONE), at);
    }
  }
  return bytes.toString("base64");
}

/** In four sums, or each addition would wait for the one before. */
function dot(one: Floats, other: Floats): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  let index = 0;
  for (; index + 3 < one.length; index += 4) {
    a += (one[index] ?? 0) * (other[index] ?? 0);
    b += (one[index + 1] ?? 0) * (other[index + 1] ?? 0);
    c += (one[index + 2] ?? 0) * (other[index + 2] ?? 0);
    d += (one[index + 3] ?? 0) * (other[index + 3] ?? 0);
  }
  for (; index < one.length; index += 1) a += (one[index] ?? 0) * (other[index] ?? 0);
  return a + b + c + d;
}
