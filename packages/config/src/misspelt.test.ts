import { expect, test } from "vitest";
import { ConfigError } from "./fault.ts";
import { resolveConfig } from "./resolve.ts";

function linesOf(raw: unknown): string[] {
  try {
    resolveConfig(raw, {});
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split("\n");
  }
}

const litellm_params = { model: "openai/x" };
const sound = { model_name: "a", litellm_params };

test.each<[string, object, string[]]>([
  [
    "litellm_params",
    { model_name: "b", litellm_parms: litellm_params },
    ["model_list[1].litellm_params: is missing; rename litellm_parms to litellm_params"],
  ],
  [
    "litellm_params, with a fault inside",
    { model_name: "b", litellm_parms: { model: "openai/x", rpm: -1 } },
    [
      "model_list[1].litellm_params: is missing; rename litellm_parms to litellm_params",
      "model_list[1].litellm_parms.rpm: -1 is negative; write a number of 0 or more",
    ],
  ],
  [
    "model_name",
    { model_nam: "b", litellm_params },
    ["model_list[1].model_name: is missing; rename model_nam to model_name"],
  ],
])("a misspelt %s is one fault that names what is written", (_, entry, lines) => {
  expect(linesOf({ model_list: [sound, entry] })).toEqual(lines);
});

test("a misspelt model leaves its entry out, and names what is written", () => {
  const model_list = [sound, { model_name: "b", litellm_params: { modle: "openai/x" } }];
  expect(resolveConfig({ model_list }, {}).unserved).toEqual([
    { name: "b", path: "model_list[1].litellm_params.model", problem: "is missing", fix: "rename modle to model" },
  ]);
});

test("an entry with a misspelt model_name is still there for others to name", () => {
  const mirrored = { model_name: "a", litellm_params: { model: "openai/x", silent_model: "b" } };
  expect(linesOf({ model_list: [mirrored, { model_nam: "b", litellm_params }] })).toEqual([
    "model_list[1].model_name: is missing; rename model_nam to model_name",
  ]);
});

test("a misspelt model_list is named", () => {
  expect(linesOf({ model_lst: [sound] })).toEqual(["model_list: is missing; rename model_lst to model_list"]);
});

test.each<[string, unknown, string]>([
  ["several targets", { a: ["a", "c, d"], b: ["a"] }, '- a: [a, "c, d"]'],
  ["one target as text", { a: "b" }, "- a: [b]"],
  ["no target", { a: null }, "- a: [first, second]"],
  ["nothing", {}, "- primary: [first, second]"],
])("fallbacks as a map of %s are shown as a list", (_, fallbacks, item) => {
  expect(linesOf({ model_list: [sound], router_settings: { fallbacks } })).toEqual([
    `router_settings.fallbacks: is a map, not a list; write each group as an item of a list: ${item}`,
  ]);
});
