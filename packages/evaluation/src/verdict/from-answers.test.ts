import { describe, expect, test } from "vitest";
import { type Model, verdictOn } from "./from-answers.fixture.ts";
import { seeded } from "./gambler.fixture.ts";

const random = seeded(4_711);
const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
const WORDS = [
  "river",
  "council",
  "harbour",
  "winter",
  "engine",
  "letter",
  "garden",
  "market",
  "signal",
  "teacher",
  "valley",
  "window",
];

/** Prose that is new each time, as free text is. */
const prose: Model = () => ({
  text: Array.from(
    { length: 12 },
    () => `The ${pick(WORDS)} was near the ${pick(WORDS)} when the ${pick(WORDS)} came back.`,
  ).join(" "),
});
const nonsense: Model = () => ({
  text: Array.from({ length: 60 }, () => Math.floor(random() * 36 ** 6).toString(36)).join(" "),
});
const label: Model = (question) => ({ text: ["positive", "negative", "neutral"][question % 3] ?? "" });
const noisy: Model = (question) => (random() < 0.02 ? { text: "neutral" } : label(question));

describe("garbage", () => {
  test("for free text is not promoted, however many pairs there are", () => {
    const verdict = verdictOn({ primary: prose, candidate: nonsense });
    expect(verdict.decision).not.toBe("promote");
  });

  test("to which a judge prefers the primary is rejected", () => {
    const verdict = verdictOn({ primary: prose, candidate: nonsense, judge: () => 1 });
    expect(verdict.decision).toBe("reject");
  });

  test("for labels is not promoted", () => {
    expect(verdictOn({ primary: noisy, candidate: nonsense }).decision).not.toBe("promote");
  });
});

test("a candidate that loops until it is cut off in three of ten answers is rejected", () => {
  const loops: Model = (question) =>
    question % 10 < 3 ? { text: "and so on and ".repeat(1_100), finish: "length" } : label(question);
  const verdict = verdictOn({ primary: noisy, candidate: loops });
  expect(verdict.decision).toBe("reject");
  expect(verdict.reason).toContain("a check the primary passes");
});

test("an equal candidate is promoted, and one that says the same in free text only when a judge says so", () => {
  const equal = verdictOn({ primary: noisy, candidate: noisy });
  expect(equal.decision, equal.reason).toBe("promote");
  const alone = verdictOn({ primary: prose, candidate: prose });
  expect([alone.decision, alone.blocks.map(({ name }) => name)]).toEqual(["keep_watching", ["nothing_can_tell"]]);
  const judged = verdictOn({
    primary: prose,
    candidate: prose,
    judge: (question) => ((question % 20) - 10 < -8 ? 1 : question % 20 > 17 ? -1 : 0),
  });
  expect(judged.decision).toBe("promote");
});

test("a candidate that is right where the primary is wrong is not rejected", () => {
  const primary: Model = (question) => (question % 5 === 0 ? { text: "neutral" } : { text: "positive" });
  const better: Model = () => ({ text: "positive" });
  expect(verdictOn({ primary, candidate: better }).decision).toBe("keep_watching");
  expect(verdictOn({ primary, candidate: better, judge: (question) => (question % 5 === 0 ? -1 : 0) }).decision).toBe(
    "promote",
  );
});
