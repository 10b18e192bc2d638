import { viewRequest } from "@understudy/apis";
import { sampleCallRecord } from "@understudy/contracts/fixture";
import { describe, expect, test } from "vitest";
import { comparePair } from "../compare/compare-pair.ts";
import { standingOf, turnKinds } from "./standing.ts";

const answer = (text: string | null, more: object = {}) => ({
  text,
  refusal: null,
  tool_calls: [],
  finish_reason: "stop",
  choices: 1,
  ...more,
});
const record = (of: object) => sampleCallRecord(of);
const failed = (kind: string, more: object = {}) =>
  record({
    status: "error",
    answer: null,
    error: { kind, status: 500, message: "no", type: null, code: null, param: null, ...more },
  });

function standing(primary: ReturnType<typeof record>, silent: ReturnType<typeof record>) {
  return standingOf(primary, silent, comparePair(primary, silent, {}));
}

describe("a pair is worth", () => {
  const positive = record({ answer: answer("positive") });

  test.each([
    ["the same label", answer("Positive."), { differs: 0, checks: 0 }],
    ["another label", answer("negative"), { differs: 1, checks: 0 }],
    ["nothing", answer(""), { differs: 1, checks: 1 }],
    ["a refusal", answer("I'm sorry, but I can't help with that."), { differs: 1, checks: 1 }],
    ["an answer cut short", answer("positive", { finish_reason: "length" }), { differs: 1, checks: 1 }],
  ])("against the candidate what is missing: %s", (_, silent, worth) => {
    expect(standing(positive, record({ answer: silent }))).toEqual({ standing: "measured", errors: 0, ...worth });
  });

  test("in free text only what is shown to differ", () => {
    const long = (text: string) => record({ answer: answer(text) });
    const told =
      "The meeting was moved to the large room because more people than expected had asked to join us there.";
    const other =
      "Since so many colleagues wanted to attend, everybody agreed that a bigger place would be the better choice.";
    expect(standing(long(told), long(other)).differs).toBe(0);
    expect(standing(long(`${told} It begins at 14:00.`), long(`${told} It begins at 17:30.`)).differs).toBe(1);
    expect(standing(long(told), long(told.slice(0, 50).repeat(2_000) + told)).standing).toBe("measured");
  });

  test.each(["authentication", "permission", "not_found", "quota"])("nothing where we failed: %s", (kind) => {
    expect(standing(positive, failed(kind))).toEqual({
      standing: "our_fault",
      differs: null,
      checks: null,
      errors: null,
    });
  });

  test("nothing where a parameter that we adapted was refused, and a loss where the candidate failed", () => {
    const ours = failed("bad_request", { our_adaptation: "nothing_to_leave_out" });
    expect(standing(positive, ours).standing).toBe("our_fault");
    for (const kind of ["bad_request", "timeout", "rate_limit", "server_error", "malformed"])
      expect(standing(positive, failed(kind))).toEqual({ standing: "silent_failed", differs: 1, checks: 1, errors: 1 });
  });

  test("an error the less where only the primary failed", () => {
    expect(standing(failed("server_error"), positive)).toMatchObject({
      standing: "primary_failed",
      errors: -1,
      differs: null,
    });
    expect(standing(failed("server_error"), failed("timeout")).errors).toBe(0);
  });
});

test("kinds are told from the request and the primary's answer", () => {
  const primary = record({
    answer: answer("positive"),
    stream: true,
    usage: { input_tokens: 9_000, output_tokens: 1, cached_tokens: 0, reasoning_tokens: 0 },
  });
  const comparison = comparePair(primary, record({ answer: answer("a b") }), {});
  const request = { tools: [{ function: { name: "f" } }], response_format: { type: "json_schema" } };
  expect(turnKinds(primary, comparison, viewRequest("chat", request))).toEqual({
    answer: "closed",
    request: ["tools_offered", "json_asked", "stream", "long_prompt"],
  });
  expect(turnKinds(primary, null, viewRequest("chat", null))).toEqual({
    answer: null,
    request: ["stream", "long_prompt"],
  });
});
