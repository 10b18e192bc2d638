import { expect, test } from "vitest";
import { resolveConfig } from "./resolve.ts";

const entry = (group: string, silent_model?: unknown) => ({
  model_name: group,
  litellm_params: {
    model: `openai/${group}`,
    api_key: "sk-test",
    ...(silent_model === undefined ? {} : { silent_model }),
  },
});
const resolved = (silent: unknown) =>
  resolveConfig({ model_list: [entry("main", silent), entry("cheap"), entry("other")] }, {}).deployments[0]?.silent ??
  [];

const match = { users: ["ada"], routes: ["chat"], metadata: { tier: ["gold"] } };

test("a match is read, absent for none, and a control beside one candidate has its", () => {
  expect(resolved("cheap")[0]?.match).toBeNull();
  const control = { model: "main", control: true };
  expect(resolved([{ model: "cheap", match }, control]).map((one) => one.match)).toEqual([match, match]);
  expect(resolved([{ model: "cheap", match }, control, "other"]).map((one) => one.match)).toEqual([match, null, null]);
  expect(resolved({ model: "cheap", match: { users: ["ada"] } })[0]?.match).toEqual({
    users: ["ada"],
    routes: null,
    metadata: {},
  });
});

test.each([
  [{ routes: ["chats"] }, 'routes[0]: "chats" is no API; did you mean chat?'],
  [{ user: ["ada"] }, "user: is not a key here; did you mean users?"],
  [{ keys: ["team-a"] }, "keys: names nobody: there is one key here; write users, or a key of metadata"],
  [{ users: "ada" }, "users: is text, not a list; write a list: [first, second]"],
])("what is wrong in %j is told with its path", (written, told) => {
  const path = "model_list[0].litellm_params.silent_model.match.";
  expect(() => resolved({ model: "cheap", match: written })).toThrow(`${path}${told}`);
});
