import { expect, test } from "vitest";
import { seeded } from "../../verdict/gambler.fixture.ts";
import { comparePair } from "../compare-pair.ts";
import { recordOfVectors } from "./vectors.fixture.ts";
import { rankCorrelation } from "./rank-correlation.ts";

// The shares that docs/evaluation.md names.

type Vector = readonly number[];

const random = seeded(12_345);

function normal(): number {
  return Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
}

function vector(dimensions: number): Vector {
  return Array.from({ length: dimensions }, normal);
}

const plus = (one: Vector, other: Vector, times: number): Vector =>
  one.map((value, index) => value + times * (other[index] ?? 0));

test.each([
  [3, 6],
  [4, 720],
  [5, 25_000],
])("of %d inputs two rankings that have nothing to do with each other agree in about one of %d", (inputs, one) => {
  const draws = 30_000;
  let agreed = 0;
  const pairs = (inputs * (inputs - 1)) / 2;
  for (let draw = 0; draw < draws; draw += 1) {
    const [here, there] = [vector(pairs), vector(pairs)];
    if ((rankCorrelation(here, there) ?? 0) >= 0.95) agreed += 1;
  }
  expect(agreed / draws).toBeLessThan(1.5 / one + 2 / draws);
  expect(agreed / draws).toBeGreaterThan(0.5 / one - 2 / draws);
});

/** What tells two texts apart, of length 1 in each number; the topics and what all have in common come on top. */
function texts(inputs: number): readonly Vector[] {
  const topics = Array.from({ length: 8 }, () => vector(DIMENSIONS));
  const common = vector(DIMENSIONS);
  return Array.from({ length: inputs }, () => {
    const topic = topics[Math.floor(random() * topics.length)] ?? [];
    return plus(plus(vector(DIMENSIONS), topic, 0.8), common, 1.5);
  });
}

const DIMENSIONS = 128;
const REQUESTS = 60;

test.each([
  [0.01, 0.9, 1],
  [0.03, 0.75, 1],
  [0.1, 0.2, 0.92],
  [0.3, 0, 0.25],
])("of a model whose vectors are off by %d, requests agree in shares from %d to %d", (noise, least, most) => {
  for (const inputs of [5, 10, 32]) {
    const agreed = Array.from({ length: REQUESTS }, () => {
      const vectors = texts(inputs);
      const off = vectors.map((one) => plus(one, vector(DIMENSIONS), noise * LENGTH));
      return comparePair(recordOfVectors(vectors), recordOfVectors(off)).agrees === true;
    }).filter(Boolean).length;
    expect(agreed / REQUESTS).toBeGreaterThanOrEqual(least);
    expect(agreed / REQUESTS).toBeLessThanOrEqual(most);
  }
});

/** Of a number of what tells texts apart, of its topic and of what is common, together. */
const LENGTH = 1.9;
