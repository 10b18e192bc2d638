import { expect, test } from "vitest";
import { experimentId, nearestKey, nearestName } from "./names.ts";
import { shown } from "./shown.ts";

test.each([
  ["evaluation-modle", "evaluation-model"],
  ["Evaluation-Model", "evaluation-model"],
  ["gpt4o", "gpt-4o"],
  ["claude", null],
  ["", null],
])("the nearest of the known names to %j is %j", (name, nearest) => {
  expect(nearestName(name, ["evaluation-model", "gpt-4o", "m"])).toBe(nearest);
});

test.each([
  ["tmieout", "timeout"],
  ["modle", "model"],
  ["modl", "model"],
  ["use", null],
  ["rmp", null],
  ["models_of", null],
  ["time_limit", null],
])("the key that %j is a slip of is %j", (key, meant) => {
  expect(nearestKey(key, ["timeout", "model", "user", "rpm"])).toBe(meant);
});

test.each([
  ["gpt-4o", "gpt-4o"],
  ["my model", "my model"],
  [" gpt-4o", '" gpt-4o"'],
  ["a,b", '"a,b"'],
])("the name %j is shown as %s", (name, text) => {
  expect(shown(name)).toBe(text);
});

test("an experiment's id is the two names where they are safe in a URL", () => {
  expect(experimentId("primary-model", "gpt-4.1_mini")).toBe("primary-model~gpt-4.1_mini");
});

test("an id with replaced characters carries a hash of the exact pair", () => {
  const slash = experimentId("openai/gpt-4o", "candidate");
  const colon = experimentId("openai:gpt-4o", "candidate");
  expect(slash).toMatch(/^openai-gpt-4o~candidate~[0-9a-f]{6}$/);
  expect(colon).toMatch(/^openai-gpt-4o~candidate~[0-9a-f]{6}$/);
  expect(slash).not.toBe(colon);
  expect(experimentId("openai/gpt-4o", "candidate")).toBe(slash);
  expect(encodeURIComponent(slash).replaceAll("%7E", "~")).toBe(slash);
});

test("names that contain the separator are told apart from the pair they resemble", () => {
  expect(experimentId("a~b", "c")).not.toBe(experimentId("a", "b~c"));
});
