import type { VectorDigest } from "@understudy/contracts";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { digestVectors } from "./vector-digest.ts";

/** As OpenAI writes it for its own clients. */
function inBase64(vector: readonly number[]): string {
  return Buffer.from(Float32Array.from(vector).buffer).toString("base64");
}

function digestOf(vectors: readonly unknown[]): VectorDigest {
  return digestVectors(vectors.map((embedding, index) => ({ object: "embedding", index, embedding })));
}

function cosinesIn({ similarities }: VectorDigest): readonly number[] | null {
  if (similarities === null) return null;
  const bytes = Buffer.from(similarities, "base64");
  return Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readInt16LE(index * 2) / 32_767);
}

const corner = [
  [1, 0],
  [0, 2],
  [1, 1],
  [-3, 0],
];

describe("of an answer's vectors is kept", () => {
  test("how near each two lie to each other, whichever way they are written", () => {
    const digest = digestOf(corner);
    expect(digest).toMatchObject({ count: 4, dimensions: 2, taken: 4 });
    const half = Math.SQRT1_2;
    for (const [index, cosine] of [0, half, -1, half, 0, -half].entries()) {
      expect(cosinesIn(digest)?.[index]).toBeCloseTo(cosine, 4);
    }
    expect(digestOf(corner.map(inBase64))).toEqual(digest);
    expect(digestOf([corner[0], inBase64([0, 2]), corner[2], inBase64([-3, 0])])).toEqual(digest);
  });

  test("the order of the inputs, and not the one in which they came", () => {
    const entries = corner.map((embedding, index) => ({ index, embedding }));
    expect(digestVectors(entries.toReversed())).toEqual(digestOf(corner));
    expect(digestVectors(corner.map((embedding) => ({ embedding })))).toEqual(digestOf(corner));
  });

  test("nothing of inputs beyond the 32nd but that they came", () => {
    const many = Array.from({ length: 2_000 }, (_, index) => [Math.cos(index), Math.sin(index)]);
    const digest = digestOf(many);
    expect(digest).toMatchObject({ count: 2_000, taken: 32, similarities: digestOf(many.slice(0, 32)).similarities });
    expect(cosinesIn(digest)).toHaveLength(496);
    expect(JSON.stringify(digest).length).toBeLessThan(1_500);
  });

  test("no nearness of one or two", () => {
    expect(digestOf([[1, 2, 3]])).toEqual({ count: 1, dimensions: 3, taken: 1, similarities: null });
    expect(digestOf([[1], [2]])).toEqual({ count: 2, dimensions: 1, taken: 2, similarities: null });
  });
});

describe("what cannot be reckoned with", () => {
  const [one, other] = [
    [1, 2],
    [2, 1],
  ];

  test.each([
    ["zeros", [0, 0]],
    ["an infinite number", [1, Infinity]],
    ["no number", inBase64([1, NaN])],
    ["zeros in base64", inBase64([0, 0])],
    ["half a number", inBase64([1, 2]).slice(0, -2)],
    ["no base64", "(((((((((("],
    ["numbers and a word", [1, "2"]],
    ["nothing", []],
    ["no text", ""],
    ["an object", { float: [1, 2] }],
    ["null", null],
  ])("is no vector: %s", (_, embedding) => {
    expect(digestOf([one, other, embedding])).toMatchObject({ count: 2, similarities: null });
    expect(digestOf([embedding, one, other, one])).toMatchObject({ count: 3, similarities: null });
    expect(digestOf([embedding]).count).toBe(0);
  });

  test("is compared with nothing: other lengths, and more numbers than any model gives", () => {
    expect(digestOf([one, other, [1, 2, 3]])).toEqual({ count: 3, dimensions: null, taken: 3, similarities: null });
    const long = Array.from({ length: 9_000 }, (_, index) => index);
    expect(digestOf([long, long, long])).toEqual({ count: 3, dimensions: 9_000, taken: 3, similarities: null });
  });

  test("does not shift the others: an index that is named twice, or leaves a gap", () => {
    const twice = [0, 0, 1].map((index) => ({ index, embedding: one }));
    expect(digestVectors(twice)).toEqual(digestOf([one, one, one]));
    const gap = [0, 1, 3].map((index) => ({ index, embedding: one }));
    expect(digestVectors(gap)).toMatchObject({ count: 3, taken: 2, similarities: null });
  });

  test("never throws, whatever stands in an answer's data", () => {
    const embedding = fc.oneof(
      fc.array(fc.double()),
      fc.array(fc.oneof(fc.double(), fc.string(), fc.constant(null))),
      fc.string(),
      fc.base64String({ maxLength: 200 }),
      fc.anything(),
    );
    const entry = fc.oneof(
      fc.record({ index: fc.oneof(fc.nat({ max: 5 }), fc.integer(), fc.double(), fc.string()), embedding }),
      fc.anything(),
    );
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 40 }), (data) => {
        const { count, taken, similarities } = digestVectors(data);
        expect(count).toBeGreaterThanOrEqual(0);
        expect(count).toBeLessThanOrEqual(data.length);
        expect(taken).toBeLessThanOrEqual(32);
        expect(similarities === null || Buffer.from(similarities, "base64").length === taken * (taken - 1)).toBe(true);
      }),
    );
  });
});

test("vectors whose squares leave the range of numbers have their direction all the same", () => {
  const scaled = (by: number) => digestOf(corner.map((vector) => vector.map((number) => number * by)));
  for (const by of [1e300, 1e-300, -7]) expect(scaled(by)).toEqual(digestOf(corner));
});
