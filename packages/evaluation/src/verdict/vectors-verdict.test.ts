import { describe, expect, test } from "vitest";
import { type Model, verdictOn } from "./from-answers.fixture.ts";
import { seeded } from "./gambler.fixture.ts";

type Vector = readonly number[];

const DIMENSIONS = 12;
const TOPICS = 3;

/** By Box and Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
}

function vector(random: () => number): Vector {
  return Array.from({ length: DIMENSIONS }, () => normal(random));
}

/** Texts on a few topics, as a model sees them: `noise` is how far it is off, in shares of what tells two texts apart. */
function embeds(inputs: (question: number) => number, noise: number, seed = 0): Model {
  const own = seeded(seed + 99);
  return (question) => {
    const random = seeded(question + 1);
    const topics = Array.from({ length: TOPICS }, () => vector(random));
    const vectors = Array.from({ length: inputs(question) }, (_, index) => {
      const topic = topics[index % TOPICS] ?? [];
      return vector(random).map((value, at) => value + (topic[at] ?? 0) + noise * normal(own));
    });
    return { vectors };
  };
}

/** The same texts by a model that sees nothing in them. */
const unrelated = (inputs: (question: number) => number): Model => {
  const random = seeded(7);
  return (question) => ({ vectors: Array.from({ length: inputs(question) }, () => vector(random)) });
};

const many = (question: number): number => 5 + (question % 5);

describe("embeddings", () => {
  test("that rank alike are promoted: the same model elsewhere, with other numbers", () => {
    const primary = embeds(many, 0.0001);
    const turned: Model = (question) => {
      const said = embeds(many, 0.001, 1)(question);
      return "vectors" in said ? { vectors: said.vectors.map((one) => one.toReversed()) } : said;
    };
    const verdict = verdictOn({ primary, candidate: turned });
    expect(verdict.decision, verdict.reason).toBe("promote");
    expect(verdict.rungs).toContainEqual({ name: "likeness", share: 1 });
  });

  test.each([
    ["nothing", unrelated(many)],
    ["half of what the primary sees", embeds(many, 0.5, 2)],
    ["a tenth less than the primary sees", embeds(many, 0.1, 3)],
  ])("of a model that sees %s are not promoted, and not called worse either", (_, candidate) => {
    const verdict = verdictOn({ primary: embeds(many, 0.0001), candidate });
    expect(verdict.decision).toBe("keep_watching");
    expect(verdict.criteria.find(({ name }) => name === "likeness")?.state).not.toBe("pass");
    expect(verdict.reason).not.toContain("judge");
  });

  test("of one text each tell nothing, whatever the model", () => {
    const single = () => 1;
    const verdict = verdictOn({ primary: embeds(single, 0), candidate: unrelated(single) });
    expect(verdict.decision).toBe("keep_watching");
    expect(verdict.blocks).toContainEqual({
      name: "nothing_can_tell",
      reason: expect.stringContaining("embeddings are compared in requests of five inputs or more") as string,
    });
  });

  test.each([1, 3, 4])("some of which are of %d texts are not promoted for the others", (few) => {
    const mixed = (question: number) => (question % 20 === 0 ? few : many(question));
    const verdict = verdictOn({ primary: embeds(mixed, 0), candidate: embeds(mixed, 0, 1) });
    expect([verdict.decision, verdict.blocks.map(({ name }) => name)]).toEqual(["keep_watching", ["nothing_can_tell"]]);
  });

  test("are not promoted by a judge, who has nothing to read", () => {
    const primary = embeds(many, 0);
    const verdict = verdictOn({ primary, candidate: unrelated(many), judge: () => 0 });
    expect(verdict.decision).toBe("keep_watching");
    expect(verdict.blocks).toContainEqual({ name: "kind", reason: expect.stringContaining("embeddings") as string });
    const single = () => 1;
    const alone = verdictOn({ primary: embeds(single, 0), candidate: unrelated(single), judge: () => 0 });
    expect([alone.decision, alone.blocks.map(({ name }) => name)]).toEqual(["keep_watching", ["nothing_can_tell"]]);
  });

  test.each([1, 8])("of %d texts of which one is missing in a tenth of the answers are rejected", (inputs) => {
    const primary = embeds(() => inputs, 0);
    const loses: Model = (question) => {
      const said = primary(question);
      if (question % 10 !== 0 || !("vectors" in said)) return said;
      return { vectors: said.vectors.map((one, index) => (index === 0 ? one.map(() => 0) : one)) };
    };
    const verdict = verdictOn({ primary, candidate: loses });
    expect(verdict.decision).toBe("reject");
    expect(verdict.reason).toContain("a check the primary passes");
  });
});
