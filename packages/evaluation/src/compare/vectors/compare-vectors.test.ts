import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checksOf } from "../checks.ts";
import { comparePair } from "../compare-pair.ts";
import type { Comparison } from "../comparison.ts";
import { sampleAnswer, sampleRecord } from "../records.fixture.ts";
import { askedFor, recordOfVectors } from "./vectors.fixture.ts";

type Vector = readonly number[];

function compared(primary: readonly Vector[], silent: readonly Vector[], more: object = {}): Comparison {
  return comparePair(recordOfVectors(primary), recordOfVectors(silent), askedFor(primary.length, more));
}

/** On a circle, so that how near two lie can be read off their angles. */
const at = (...degrees: readonly number[]): readonly Vector[] =>
  degrees.map((degree) => [Math.cos((degree * Math.PI) / 180), Math.sin((degree * Math.PI) / 180)]);

describe("two models' vectors", () => {
  test("are compared by which inputs lie nearer than others", () => {
    // By angle: 10, 30, 60, 100, 20, 50, 90, 30, 70, 40; of the other model: 20, 30, 60, 100, 10, 40, 80, 30, 70, 40.
    const comparison = compared(at(0, 10, 30, 60, 100), at(0, 20, 30, 60, 100));
    expect(comparison).toMatchObject({ comparable: true, not_comparable: [], kind: "embeddings", inputs_ranked: 5 });
    expect(comparison).toMatchObject({ vectors_whole: { primary: true, silent: true }, dimensions_match: true });
    // Ranks by angle, ties averaged: 1, 3.5, 7, 10, 2, 6, 9, 3.5, 8, 5 and 2, 3.5, 7, 10, 1, 5.5, 9, 3.5, 8, 5.5.
    expect(comparison.rank_correlation).toBeCloseTo(80.5 / Math.sqrt(82 * 81.5), 12);
    // The second input is nearest to the first by the one, to the third by the other; and the third to the second by both.
    expect(comparison.same_nearest).toBe(0.8);
    expect(comparison).toMatchObject({ agrees: false, agreement_rule: "similarity_ranks", reason: "other_nearest" });
  });

  test("of three inputs have figures, and are too few to agree: of six rankings one is the same by chance", () => {
    const same = compared(at(0, 10, 40), at(0, 20, 90));
    expect(same).toMatchObject({ rank_correlation: 1, same_nearest: 1, inputs_ranked: 3 });
    expect(same).toMatchObject({
      kind: "unranked_embeddings",
      agrees: null,
      reason: "nothing_to_rank",
      likeness: "unclear",
    });
    expect(compared(at(0, 10, 40), at(0, 90, 120))).toMatchObject({ rank_correlation: 0.5, agrees: null });
  });

  test.each([1, 2])("of %d inputs have no ranking, and their latency and cost all the same", (inputs) => {
    const comparison = compared(at(0, 10).slice(0, inputs), at(0, 90).slice(0, inputs));
    expect(comparison).toMatchObject({ rank_correlation: null, same_nearest: null, inputs_ranked: null, agrees: null });
    expect(comparison).toMatchObject({ comparable: true, latency_ratio: 1, cost_ratio: 1, dimensions_match: true });
  });

  test("of other lengths are compared like any, and the length is told", () => {
    const longer = at(0, 10, 30, 60, 100).map((vector) => [...vector, 0, 0]);
    const comparison = compared(at(0, 10, 30, 60, 100), longer);
    expect(comparison).toMatchObject({ agrees: true, reason: "same_ranks", likeness: "same", dimensions_match: false });
    expect(comparison.dimensions_kept).toBeNull();
    const asked = compared(at(0, 10, 30, 60, 100), longer, { dimensions: 2 });
    expect(asked.dimensions_kept).toEqual({ primary: true, silent: false });
    expect(checksOf(asked).find(({ name }) => name === "dimensions")).toMatchObject({
      primary: "pass",
      silent: "fail",
    });
  });

  test("of which one is missing count against whom it is missing from, however few they are", () => {
    for (const inputs of [1, 2, 3, 6]) {
      const all = at(...Array.from({ length: inputs }, (_, index) => index ** 2));
      const comparison = comparePair(
        recordOfVectors(all),
        recordOfVectors([...all.slice(1), [0, 0]]),
        askedFor(inputs),
      );
      expect(comparison).toMatchObject({ agrees: false, reason: "missing_vectors", likeness: "different" });
      expect(checksOf(comparison).find(({ name }) => name === "vectors")).toMatchObject({
        primary: "pass",
        silent: "fail",
      });
      if (inputs === 1) continue;
      const turned = comparePair(recordOfVectors(all.slice(1)), recordOfVectors(all), askedFor(inputs));
      expect(turned).toMatchObject({ agrees: null, reason: "nothing_to_rank", kind: "unranked_embeddings" });
    }
  });

  test("that are all one vector rank nothing: against the silent model, and nothing to agree with of the primary's", () => {
    const [all, one] = [at(0, 10, 30, 60, 100), at(5, 5, 5, 5, 5)];
    expect(compared(all, one)).toMatchObject({ rank_correlation: null, agrees: false, reason: "other_ranks" });
    expect(compared(one, all)).toMatchObject({ kind: "unranked_embeddings", agrees: null, reason: "nothing_to_rank" });
  });

  test("packed in another form than numbers are not ranked", () => {
    const all = at(0, 10, 30, 60, 100);
    const packed = compared(all, all, { output_dtype: "ubinary" });
    expect(packed).toMatchObject({ rank_correlation: null, agrees: null, reason: "nothing_to_rank" });
  });

  test("beyond the 32nd are left out, and the pair says so", () => {
    const many = at(...Array.from({ length: 40 }, (_, index) => index ** 1.2));
    expect(compared(many, many)).toMatchObject({ agrees: true, inputs_ranked: 32, skipped: ["inputs"] });
    expect(compared(many.slice(0, 32), many.slice(0, 32)).skipped).toEqual([]);
  });

  test("have no figures of words, and words none of vectors", () => {
    const all = at(0, 10, 30, 60, 100);
    const comparison = compared(all, all);
    expect(comparison).toMatchObject({
      exact_match: null,
      empty: null,
      refusal: null,
      json_valid: null,
      rouge_l: null,
    });
    const names = Object.keys(comparePair(sampleRecord(), sampleRecord()));
    expect(Object.keys(comparison).filter((name) => !names.includes(name))).toHaveLength(6);
  });

  test("of a call that answered in words are compared with nothing of it", () => {
    const words = sampleRecord({ operation: "embeddings", answer: sampleAnswer() });
    expect(comparePair(recordOfVectors(at(0, 1)), words).rank_correlation).toBeUndefined();
  });
});

const dimensions = 6;
const number = fc.double({ min: -10, max: 10, noNaN: true }).filter((value) => Math.abs(value) > 1e-3);
const vector = fc.array(number, { minLength: dimensions, maxLength: dimensions });
const vectors = fc.array(vector, { minLength: 5, maxLength: 12 });

/** The mirror image in the plane that `normal` stands on: one of the turns that leave every angle as it is. */
function mirrored(one: Vector, normal: Vector): Vector {
  const square = normal.reduce((sum, value) => sum + value * value, 0);
  const along = one.reduce((sum, value, index) => sum + value * (normal[index] ?? 0), 0);
  return one.map((value, index) => value - (2 * along * (normal[index] ?? 0)) / square);
}

test.each<[string, (all: readonly Vector[], by: Vector) => readonly Vector[]]>([
  ["the order of their numbers", (all) => all.map((one) => one.toReversed())],
  ["a turn", (all, by) => all.map((one) => mirrored(one, by))],
  ["their lengths", (all, by) => all.map((one, index) => one.map((value) => value * Math.abs(by[index % 6] ?? 1)))],
  ["further numbers that are zero", (all) => all.map((one) => [...one, 0, 0])],
])("the measure is 1 for vectors that are the same but for %s", (_, changed) => {
  fc.assert(
    fc.property(vectors, vector, (all, by) => {
      const { rank_correlation, same_nearest, agrees } = compared(all, changed(all, by));
      expect(rank_correlation).toBeGreaterThan(0.999);
      expect(same_nearest).toBe(1);
      expect(agrees).toBe(true);
    }),
  );
});

test("digests that nobody of ours has written are compared with nothing, in no time, and throw nothing", () => {
  const digest = fc.record({
    count: fc.oneof(fc.nat(), fc.double()),
    dimensions: fc.option(fc.nat()),
    taken: fc.oneof(fc.nat({ max: 40 }), fc.double(), fc.constant(1e9)),
    similarities: fc.option(fc.oneof(fc.string(), fc.base64String({ maxLength: 2_000 }))),
  });
  const record = digest.map((own) =>
    sampleRecord({ operation: "embeddings", answer: sampleAnswer({ text: null, vectors: own }) }),
  );
  fc.assert(
    fc.property(record, record, fc.anything(), (one, other, request) => {
      const { not_comparable, rank_correlation, same_nearest } = comparePair(one, other, request);
      expect(not_comparable).toEqual([]);
      for (const figure of [rank_correlation, same_nearest]) {
        expect(figure === null || (figure !== undefined && Math.abs(figure) <= 1)).toBe(true);
      }
    }),
  );
});
