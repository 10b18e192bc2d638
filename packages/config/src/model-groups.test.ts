import { expect, test } from "vitest";
import { matchWildcard, modelGroupOf } from "./model-groups.ts";
import { resolveConfig } from "./resolve.ts";

const entry = (name: string) => ({ model_name: name, litellm_params: { model: "openai/gpt-4o" } });
const config = resolveConfig(
  {
    model_list: ["chat", "*", "openai/*", "openai/gpt-4*", "weird.(name)"].map(entry),
    router_settings: {
      model_group_alias: { "gpt-4": "chat", "openai/gpt-4o": { model: "openai/gpt-3.5", hidden: true } },
    },
  },
  {},
);

test.each([
  ["chat", "chat"],
  ["gpt-4", "chat"],
  ["openai/gpt-4o-mini", "openai/gpt-4*"],
  ["openai/o3", "openai/*"],
  ["openai/gpt-4o", "openai/*"],
  ["weird.(name)", "weird.(name)"],
  ["weirdX(name)", "*"],
  ["anything", "*"],
  ["constructor", "*"],
])("%s belongs to %s", (asked, group) => {
  expect(modelGroupOf(config, asked)).toBe(group);
});

test("a name that nothing takes has no group", () => {
  expect(modelGroupOf(resolveConfig({ model_list: [entry("chat")] }, {}), "chat2")).toBeNull();
});

test.each([
  ["openrouter/*", "openrouter/meta/llama-3", true],
  ["openrouter/*", "openrouter/", true],
  ["openrouter/*", "openrouter", false],
  ["*-mini", "gpt-4o-mini", true],
  ["a*a", "a", false],
  ["a*b*c", "a-b-c", true],
  ["a*b*c", "a-c", false],
  ["a*bc*c", "abc", false],
  ["a.c", "abc", false],
])("%s takes %s: %s", (pattern, name, taken) => {
  expect(matchWildcard(pattern, name)).toBe(taken);
});
