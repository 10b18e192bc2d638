import { resolveConfig } from "@understudy/config";
import { expect, test } from "vitest";
import { silentModelsOnPrimaryAccounts } from "./account.ts";

function sharedWith(quiet: object, primary: object = {}): readonly string[] {
  const own = { api_base: "http://127.0.0.1:9/v1", api_key: "sk-test-1" };
  const model_list = [
    {
      model_name: "gpt-main",
      litellm_params: { model: "openai/gpt-4o", silent_model: ["quiet", "apart"], ...own, ...primary },
    },
    { model_name: "quiet", litellm_params: { model: "openai/gpt-4o-mini", ...own, ...quiet } },
    { model_name: "apart", litellm_params: { model: "openai/gpt-4o-mini", ...own, api_key: "sk-test-3" } },
    // Nobody mirrors this one to `apart`, so that it has the same key says nothing.
    { model_name: "other", litellm_params: { model: "openai/gpt-4o", ...own, api_key: "sk-test-3" } },
  ];
  return [...silentModelsOnPrimaryAccounts(resolveConfig({ model_list }, {}))];
}

test.each<readonly [what: string, quiet: object, shared: readonly string[]]>([
  ["provider, host and key are the same", {}, ["quiet"]],
  ["the path differs", { api_base: "http://127.0.0.1:9/other/v1" }, ["quiet"]],
  ["the key differs", { api_key: "sk-test-2" }, []],
  ["the host differs", { api_base: "http://127.0.0.1:10/v1" }, []],
  ["the organization differs", { organization: "org-2" }, []],
  ["a header that says nothing of the account differs", { extra_headers: { "x-title": "b" } }, ["quiet"]],
])("an account is shared or not, when %s", (_, quiet, shared) => {
  expect(sharedWith(quiet)).toEqual(shared);
});
