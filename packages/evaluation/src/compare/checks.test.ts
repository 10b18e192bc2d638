import { expect, test } from "vitest";
import { compareAnswers } from "./cases/run-cases.fixture.ts";
import { TOOL_REQUEST } from "./cases/structured.fixture.ts";
import { type CheckName, CHECKS, checksOf } from "./checks.ts";
import type { Comparison } from "./comparison.ts";

/** Primary and silent, of the named check. */
function check(name: CheckName, comparison: Partial<Comparison>) {
  const { primary, silent } = checksOf(comparison).find((one) => one.name === name) ?? {};
  return [primary, silent];
}

const calling = (name: string, written: string) => ({ text: null, tool_calls: [{ name, arguments: written }] });

test("each answer is checked by itself", () => {
  const text = { text: "Paris is in France." };
  expect(check("answered", compareAnswers(text, { text: "" }))).toEqual(["pass", "fail"]);
  expect(check("answered", compareAnswers(text, { text: "<think>Where is it?" }))).toEqual(["pass", "fail"]);
  expect(check("complete", compareAnswers({ ...text, finish_reason: "length" }, text))).toEqual(["fail", "pass"]);
  expect(check("no_refusal", compareAnswers(text, { text: "I can't help with that." }))).toEqual(["pass", "fail"]);
  const stopped = { text: "", finish_reason: "content_filter" };
  expect(check("no_refusal", compareAnswers(text, stopped))).toEqual(["pass", "fail"]);
});

test("JSON counts where it was asked for, or where the primary answers with it", () => {
  const json = { text: '{"a":1}' };
  const prose = { text: "a is one" };
  const asked = { response_format: { type: "json_object" } };
  expect(check("json", compareAnswers(json, prose))).toEqual(["pass", "fail"]);
  expect(check("json", compareAnswers(prose, json))).toEqual([null, null]);
  expect(check("json", compareAnswers(prose, json, asked))).toEqual(["fail", "pass"]);
  expect(check("json", compareAnswers(prose, prose, asked))).toEqual(["fail", "fail"]);
  expect(check("json", compareAnswers(json, { text: '```json\n{"a":1}\n```' }, asked))).toEqual(["pass", "fail"]);
});

test("tools are held to the request: choice, offer, arguments", () => {
  const search = calling("search", '{"query":"cats"}');
  const choosing = (tool_choice: unknown) => ({ ...TOOL_REQUEST, tool_choice });
  expect(check("tool_choice", compareAnswers(search, { text: "Cats." }, choosing("required")))).toEqual([
    "pass",
    "fail",
  ]);
  expect(check("tool_choice", compareAnswers({ text: "Cats." }, search, choosing("none")))).toEqual(["pass", "fail"]);
  const named = { type: "function", function: { name: "send" } };
  expect(check("tool_choice", compareAnswers(calling("send", "{}"), search, choosing(named)))).toEqual([
    "pass",
    "fail",
  ]);
  expect(check("tool_choice", compareAnswers(search, search, choosing("auto")))).toEqual([null, null]);
  expect(check("tools_offered", compareAnswers(search, calling("erase", "{}"), TOOL_REQUEST))).toEqual([
    "pass",
    "fail",
  ]);
  expect(check("tools_offered", compareAnswers(search, search))).toEqual([null, null]);
  expect(check("tool_arguments", compareAnswers(search, calling("search", "{}"), TOOL_REQUEST))).toEqual([
    "pass",
    "fail",
  ]);
});

test("the language is the primary's, or the question's where that asks for no other", () => {
  const german = { text: "Die Bibliothek öffnet um neun Uhr und schließt um acht." };
  const english = { text: "The library opens at nine and closes at eight." };
  const asking = (content: string) => ({ messages: [{ role: "user", content }] });
  const language = (...answers: Parameters<typeof compareAnswers>) => check("language", compareAnswers(...answers));
  expect(language(german, english)).toEqual(["pass", "fail"]);
  expect(language(german, german)).toEqual(["pass", "pass"]);
  expect(language(english, german, asking("Wann öffnet die Bibliothek, und wann schließt sie?"))).toEqual([
    "fail",
    "pass",
  ]);
  expect(language(german, english, asking("Translate into German: the library opens at nine."))).toEqual([
    "pass",
    "fail",
  ]);
  expect(language({ text: "Ja" }, { text: "Yes" })).toEqual([null, null]);
});

test("comparisons stored before have the checks that they have figures for", () => {
  const stored = {
    comparable: true,
    empty: { primary: false, silent: true },
    json_valid: { primary: true, silent: false },
  };
  expect(checksOf(stored).map(({ name }) => name)).toEqual(CHECKS);
  expect(check("answered", stored)).toEqual(["pass", "fail"]);
  expect(check("json", stored)).toEqual(["pass", "fail"]);
  expect(check("language", stored)).toEqual([null, null]);
  expect(checksOf({}).every(({ primary, silent }) => primary === null && silent === null)).toBe(true);
});
