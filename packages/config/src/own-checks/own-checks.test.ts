import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { loadConfigFile } from "../load-file.ts";
import { resolveConfig } from "../resolve.ts";
import { loadCheckFile } from "./load-check-file.ts";
import { asksForSomething, ownChecksOf, rubricsOf } from "./own-check.ts";

const model_list = [
  { model_name: "a", litellm_params: { model: "openai/x", silent_model: "b" } },
  { model_name: "b", litellm_params: { model: "openai/x" } },
];
const resolved = (checks: unknown) => resolveConfig({ model_list, mirror_settings: { checks } }, {}).ownChecks;
const setOf = (...checks: object[]) => {
  const set = ownChecksOf(resolved(checks), "a");
  if (set === null) throw new Error("there is none");
  return set;
};

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), "understudy-checks-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  return folder;
}

describe("checks", () => {
  test("hold for all groups as a list, and as a map for one, in promptfoo's words", () => {
    expect(
      setOf({ type: "contains", value: "Regards" }, { type: "not-icontains-any", value: "one, two", metric: "no" })
        .checks,
    ).toEqual([
      { type: "contains", not: false, name: "contains Regards", value: "Regards", threshold: null },
      { type: "icontains-any", not: true, name: "no", value: ["one", "two"], threshold: null },
    ]);
    const byGroup = resolved({ a: [{ type: "is-refusal" }], "*": [{ type: "equals", value: { a: 1 } }] });
    expect(ownChecksOf(byGroup, "a")?.checks.map(({ type }) => type)).toEqual(["is-refusal"]);
    expect(ownChecksOf(byGroup, "other")?.checks.map(({ value }) => value)).toEqual([{ a: 1 }]);
    expect(ownChecksOf(resolved({ a: [] }), "a")).toBeNull();
    expect(ownChecksOf({}, "constructor")).toBeNull();
  });

  test("of one name are told apart, and other checks are another set", () => {
    const set = setOf({ type: "is-json" }, { type: "is-json", value: { type: "object" } });
    expect(set.checks.map(({ name }) => name)).toEqual(["is-json", "is-json #2"]);
    expect(set.id).toBe(setOf({ type: "is-json" }, { type: "is-json", value: { type: "object" } }).id);
    expect(set.id).not.toBe(setOf({ type: "is-json" }, { type: "is-json", value: { type: "array" } }).id);
  });

  test("that a judge grades by are a set of their own", () => {
    const checks = [{ type: "is-json" }, { type: "not-llm-rubric", value: "is rude", threshold: 0.7, metric: "rude" }];
    const judge = { model: "c" };
    const list = [...model_list, { model_name: "c", litellm_params: { model: "openai/y" } }];
    const { ownChecks } = resolveConfig({ model_list: list, mirror_settings: { checks, judge } }, {});
    expect(ownChecksOf(ownChecks, "a")?.id).toBe(setOf({ type: "is-json" }).id);
    expect(rubricsOf(ownChecks, "a")?.checks).toEqual([
      { type: "llm-rubric", not: true, name: "rude", value: "is rude", threshold: 0.7 },
    ]);
  });

  test("that only forbid ask for nothing", () => {
    expect(asksForSomething(setOf({ type: "not-contains", value: "x" }, { type: "not-regex", value: "y" }))).toBe(
      false,
    );
    expect(asksForSomething(setOf({ type: "not-contains", value: "x" }, { type: "regex", value: "y" }))).toBe(true);
  });

  test.each([
    ["text", "mirror_settings.checks: is text, not a list; write a list of checks"],
    [{ c: [] }, "mirror_settings.checks.c: no model group is called c"],
    [
      [{ type: "llm-rubric", value: "polite" }],
      "mirror_settings.checks: has an llm-rubric, and there is no judge to grade by it",
    ],
    [[{ type: "llm-rubric", value: "polite", threshold: 2 }], "mirror_settings.checks[0].threshold: 2 is above 1"],
    [{ a: "x" }, "mirror_settings.checks.a: is text, not a list"],
    [["x"], "mirror_settings.checks[0]: is text, not a check; write {type: contains, value: TEXT}"],
    [[{ value: "x" }], "mirror_settings.checks[0].type: is missing; write one of equals, contains,"],
    [
      [{ type: "similar", value: "x" }],
      'mirror_settings.checks[0].type: "similar" is not served; write one of equals,',
    ],
    [[{ type: "not-contain", value: "x" }], '"not-contain" is not served; did you mean contains? (not- before it'],
    [[{ type: "contains" }], "mirror_settings.checks[0].value: is missing; write the text"],
    [[{ type: "contains-any", value: [{}] }], "mirror_settings.checks[0].value: has an item that is not text"],
    [
      [{ type: "regex", value: "(" }],
      "mirror_settings.checks[0].value: is no regular expression (/(/: Unterminated group)",
    ],
    [[{ type: "is-json", value: "object" }], "mirror_settings.checks[0].value: is text, not a schema"],
    [[{ type: "is-json", value: "file://none.json" }], "mirror_settings.checks[0].value: there is no file"],
    [
      [{ type: "javascript", value: "output.length > 3" }],
      "mirror_settings.checks[0].value: is text, not a file; write the code into a file",
    ],
    [[{ type: "javascript", value: "file://none.js" }], "mirror_settings.checks[0].value: there is no file"],
    [[{ type: "contains", value: "x", threshold: 1 }], "mirror_settings.checks[0].threshold: contains passes or fails"],
    [[{ type: "contains", value: "x", weight: 1 }], "mirror_settings.checks[0].weight: is not a key here"],
    [Array.from({ length: 51 }, () => ({ type: "is-json" })), "mirror_settings.checks: has 51 checks"],
  ])("%j is a fault", (checks, message) => {
    expect(() => resolved(checks)).toThrow(message);
  });

  test("name files beside the config, and what is in these is part of the set", () => {
    const load = (code: string, folder = folderWith({ "checks.js": code, "schema.json": '{"type":"object"}' })) => {
      const checks = [
        { type: "javascript", value: "file://checks.js:polite", threshold: 0.5 },
        { type: "is-json", value: "file://schema.json" },
      ];
      writeFileSync(path.join(folder, "config.yaml"), JSON.stringify({ model_list, mirror_settings: { checks } }));
      return { folder, set: ownChecksOf(loadConfigFile(path.join(folder, "config.yaml"), {}).ownChecks, "a") };
    };
    const { folder, set } = load("one");
    expect(set?.checks.map(({ value, threshold }) => [value, threshold])).toEqual([
      [{ file: path.join(folder, "checks.js"), name: "polite" }, 0.5],
      [{ type: "object" }, null],
    ]);
    expect([load("one").set?.id, load("two").set?.id === set?.id]).toEqual([set?.id, false]);
  });
});

describe("a file of checks", () => {
  test.each([
    "checks:\n  - {type: is-json}",
    "assert:\n  - type: is-json",
    "defaultTest:\n  assert: [{type: is-json}]",
  ])("is read in our words and promptfoo's: %j", (text) => {
    expect(loadCheckFile(path.join(folderWith({ "c.yaml": text }), "c.yaml"), {}).checks).toMatchObject([
      { type: "is-json" },
    ]);
  });

  test.each([
    ["checks: []", "checks: is empty; write checks:"],
    ["prompts: [x]", "c.yaml: has no checks; write checks:"],
    ["assert: x", "assert: is text, not a list"],
    ["checks: [{type: latency}]", 'checks[0].type: "latency" is not served'],
  ])("%j is a fault", (text, message) => {
    expect(() => loadCheckFile(path.join(folderWith({ "c.yaml": text }), "c.yaml"), {})).toThrow(message);
  });
});
