import type { Answer } from "@understudy/contracts";
import { describe, expect, test } from "vitest";
import * as closed from "./cases/closed.fixture.ts";
import * as longer from "./cases/longer.fixture.ts";
import * as refusals from "./cases/refusals.fixture.ts";
import { asking, compareAnswers, compareCase, readPairCases } from "./cases/run-cases.fixture.ts";
import * as second from "./cases/second.fixture.ts";
import { type Call, JSON_ROWS, TOOL_REQUEST, TOOL_ROWS } from "./cases/structured.fixture.ts";

const shown = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

describe("the classification of a careful reader", () => {
  test.each(readPairCases().map((one) => [one.id, one] as const))("%s", (_id, one) => {
    expect(compareCase(one)).toMatchObject(one.expect);
  });
});

const TEXTS = {
  "the same short answer": closed.SAME,
  "another short answer": closed.OTHER,
  "the same long answer": longer.SAME_LONG,
  "another long answer": longer.OTHER_LONG,
  "long answers of which nobody can tell": longer.UNCLEAR_LONG,
  "short answers, again": second.SHORT_AGAIN,
  "long answers, again": second.LONG_AGAIN,
};

describe.each(Object.entries(TEXTS))("%s", (_name, rows) => {
  test.each(rows.map((row) => [shown(row[0]), shown(row[1]), row] as const))("%s and %s", (_one, _other, row) => {
    const [primary, silent, agrees, question] = row;
    expect(compareAnswers({ text: primary }, { text: silent }, asking(question))).toMatchObject({ agrees });
  });

  test("are judged alike whichever is the primary", () => {
    for (const [primary, silent, , question] of rows) {
      const there = compareAnswers({ text: primary }, { text: silent }, asking(question));
      const back = compareAnswers({ text: silent }, { text: primary }, asking(question));
      expect([primary, silent, back.agrees]).toEqual([primary, silent, there.agrees]);
    }
  });
});

describe("refusals", () => {
  const rows = [...refusals.REFUSALS, ...refusals.NO_REFUSALS, ...second.REFUSALS_AGAIN];
  test.each(rows.map((row) => [row[0], row[1], row] as const))("%s: %s", (text, refuses, [, , question]) => {
    const found = compareAnswers({ text: "Roses are red." }, { text }, asking(question));
    expect(found.refusal).toEqual({ primary: false, silent: refuses });
  });
});

describe("JSON", () => {
  const rows = [...JSON_ROWS, ...second.JSON_AGAIN];
  test.each(rows.map((row) => [row[0], row[1], row] as const))("%s and %s", (primary, silent, [, , agrees, asked]) => {
    const request = asked === undefined ? null : { response_format: { type: "json_object" } };
    expect(compareAnswers({ text: primary }, { text: silent }, request)).toMatchObject({ agrees });
  });
});

describe("tool calls", () => {
  const answer = (calls: readonly Call[]): Partial<Answer> =>
    calls.length === 0
      ? { text: "I would rather not say." }
      : { text: null, tool_calls: calls.map(([name, written]) => ({ name, arguments: written })) };
  test.each(TOOL_ROWS)("%j and %j: %s", (primary, silent, agrees) => {
    expect(compareAnswers(answer(primary), answer(silent), TOOL_REQUEST)).toMatchObject({ agrees });
  });
});

const languages = second.LANGUAGES.map((row) => [row[0], row[1], row[2]] as const);
test.each(languages)("the languages of %s and %s are one: %s", (one, other, same) => {
  expect(compareAnswers({ text: one }, { text: other }).language_match).toBe(same);
});
