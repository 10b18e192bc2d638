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
const clients = [
  { key: "sk-test-search", alias: "search", team: "growth" },
  { key: "sk-test-shop", alias: "shop" },
];
const resolved = (silent: unknown, client_keys: object = clients) =>
  resolveConfig(
    {
      model_list: [entry("main", silent), entry("cheap"), entry("other")],
      general_settings: { master_key: "sk-test-master", client_keys },
    },
    {},
  ).deployments[0]?.silent ?? [];

const match = {
  keys: ["shop"],
  teams: ["growth"],
  users: ["ada"],
  routes: ["chat"],
  metadata: { tier: ["gold"] },
};

test("a match is read, absent for none, and a control beside one candidate has its", () => {
  expect(resolved("cheap")[0]?.match).toBeNull();
  const control = { model: "main", control: true };
  expect(resolved([{ model: "cheap", match }, control]).map((one) => one.match)).toEqual([match, match]);
  expect(resolved([{ model: "cheap", match }, control, "other"]).map((one) => one.match)).toEqual([match, null, null]);
  expect(resolved({ model: "cheap", match: { users: ["ada"] } })[0]?.match).toEqual({
    keys: null,
    teams: null,
    users: ["ada"],
    routes: null,
    metadata: {},
  });
});

test.each([
  [{ routes: ["chats"] }, 'routes[0]: "chats" is no API; did you mean chat?'],
  [{ user: ["ada"] }, "user: is not a key here; did you mean users?"],
  [
    { keys: ["shop", "serch"] },
    'keys[1]: "serch" is the alias of no key of general_settings.client_keys; did you mean search?',
  ],
  [{ teams: ["x"] }, 'teams[0]: "x" is the team of no key of general_settings.client_keys; write one of growth'],
  [{ users: "ada" }, "users: is text, not a list; write a list: [first, second]"],
])("what is wrong in %j is told with its path", (written, told) => {
  const path = "model_list[0].litellm_params.silent_model.match.";
  expect(() => resolved({ model: "cheap", match: written })).toThrow(`${path}${told}`);
});

test("where nobody has a key there is nobody to name; where a proxy names others, it may name anybody", () => {
  const found = (match: object, client_keys: object) => resolved({ model: "cheap", match }, client_keys)[0]?.match;
  expect(() => found({ teams: ["growth"] }, [])).toThrow("client_keys; write team: NAME at a key of it");
  const proxy = [{ key: "sk-test-litellm", alias: "litellm", proxy: true }];
  expect(found({ keys: ["anybody"] }, proxy)).toMatchObject({ keys: ["anybody"], teams: null });
});
