import { expect, test } from "vitest";
import { resolveConfig } from "./resolve.ts";
import { secretsOf } from "./secrets.ts";

const model_list = [{ model_name: "m", litellm_params: { model: "openai/x", api_key: "sk-test-key" } }];
const master_key = "sk-test-master";
const env = { SEARCH_KEY: "sk-test-search", SAME_KEY: "sk-test-search", MASTER: master_key };
const read = (client_keys: unknown, more: object = { master_key }) =>
  resolveConfig({ model_list, general_settings: { client_keys, ...more } }, env);

test("keys have the names of whoever calls with them, and are redacted", () => {
  const config = read([
    { key: "os.environ/SEARCH_KEY", alias: "search", team: "growth" },
    { key: "sk-test-litellm", alias: "litellm", proxy: true },
    { key: "sk-test-ada", alias: "ada", control: true },
  ]);
  const plain = { team: null, proxy: false, control: false };
  expect(config.gateway.clientKeys).toEqual([
    { ...plain, key: "sk-test-search", alias: "search", team: "growth" },
    { ...plain, key: "sk-test-litellm", alias: "litellm", proxy: true },
    { ...plain, key: "sk-test-ada", alias: "ada", control: true },
  ]);
  expect(secretsOf(config)).toEqual(expect.arrayContaining(["sk-test-search", "sk-test-litellm", "sk-test-ada"]));
  expect(read(undefined).gateway.clientKeys).toEqual([]);
});

const search = { key: "os.environ/SEARCH_KEY", alias: "search" };

test.each<readonly [unknown, string]>([
  ["sk-test-search", ": is not a list; write a list: [{key: os.environ/NAME, alias: NAME}]"],
  [["sk-test-search"], "[0]: is text, not a map; write key: value lines under it"],
  [[{ alias: "search" }], "[0].key: is missing; write key: os.environ/NAME"],
  [[{ ...search, key: "os.environ/NOBODY" }], "[0].key: environment variable NOBODY is not set; export NOBODY=…"],
  [[{ key: "sk-test-search" }], "[0].alias: is missing; name who calls with it: alias: NAME"],
  [[{ ...search, key: "short" }], "[0].key: is too short to be a key; write a long random one"],
  [[{ ...search, key: "os.environ/MASTER" }], "[0].key: is the master key; write another one"],
  [
    [search, { key: "os.environ/SAME_KEY", alias: "shop" }],
    "[1].key: is the same as general_settings.client_keys[0].key; write another one",
  ],
  [
    [search, { key: "sk-test-other", alias: "search" }],
    '[1].alias: "search" is the alias of general_settings.client_keys[0] too; write another name',
  ],
  [[{ ...search, alias: "master_key" }], '[0].alias: "master_key" is what events call somebody else'],
  [[{ ...search, alias: "a\nb" }], "[0].alias: cannot be used as a name; write one line of up to 128 characters"],
  [[{ ...search, team: "t".repeat(129) }], "[0].team: cannot be used as a name"],
  [[{ ...search, teem: "growth" }], "[0].teem: is not a key here; did you mean team?"],
  [[{ ...search, proxy: "maybe" }], "[0].proxy: is text, not true or false"],
])("%j: %s", (written, told) => {
  expect(() => read(written)).toThrow(`general_settings.client_keys${told}`);
  expect(() => read(written)).not.toThrow(/sk-test/);
});

test("without a master key they would keep nobody out", () => {
  expect(() => read([search], {})).toThrow(
    "general_settings.client_keys: would keep nobody out: without a master key every request is let in; set general_settings.master_key too",
  );
});
