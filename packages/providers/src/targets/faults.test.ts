import { ConfigError, type Deployment, NO_CLOUDS } from "@understudy/config";
import { describe, expect, test } from "vitest";
import { testTargets } from "./deployment.fixture.ts";

const google = (given: object) => ({
  ...NO_CLOUDS,
  google: { project: "p", location: null, credentials: null, ...given },
});

function faultsOf(...given: readonly Partial<Deployment>[]): ConfigError["faults"] {
  try {
    testTargets(given);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

/** All but the secret. */
const ENTRA: Deployment["clouds"] = {
  ...NO_CLOUDS,
  entra: { tenantId: "t", clientId: "c", clientSecret: null, username: null, password: null, scope: null },
};

describe("faults", () => {
  test.each<readonly [Partial<Deployment>, path: string, words: readonly string[]]>([
    [{ model: "antropic/claude" }, "model", ['no provider is called "antropic"', 'did you mean "anthropic"?']],
    [{ model: "antropic/claude", apiBase: "http://h/v1" }, "model", ['did you mean "anthropic"?']],
    [
      { model: "nowhere-near/m" },
      "model",
      ["for an OpenAI-compatible server write", "`openai/<model>` and `api_base`"],
    ],
    [{ model: "my-model" }, "model", ["does not say which provider", "`<provider>/my-model`"]],
    [{ model: "*", modelGroup: "*", apiKey: null }, "model", ["no provider with a key", "OPENAI_API_KEY"]],
    [{ model: "openai/" }, "model", ["names no model"]],
    [{ model: "openai/*" }, "model", ["`*` that nothing fills"]],
    [{ model: "sagemaker/claude" }, "model", ['"sagemaker" cannot be called', "SigV4"]],
    [{ model: "vertex_ai/gemini-2.5-pro", apiKey: null }, "vertex_project", ["in a project", "VERTEXAI_PROJECT"]],
    [{ model: "vertex_ai/mistral-large", apiKey: null }, "model", ["a format of its own", "`mistral/`"]],
    [
      {
        model: "vertex_ai/gemini-2.5-pro",
        apiKey: null,
        clouds: google({ credentials: '{"type":"external_account"}' }),
      },
      "vertex_credentials",
      ["neither a service account's key", "service account's key"],
    ],
    [{ model: "m", provider: "opnai" }, "custom_llm_provider", ['did you mean "openai"?']],
    [{ model: "openai/m", apiKey: null }, "api_key", ["OPENAI_API_KEY", "api_key: none"]],
    [{ model: "azure/m", apiVersion: "v1" }, "api_base", ["AZURE_API_BASE"]],
    [{ model: "azure/m", apiBase: "https://h", apiKey: null }, "api_key", ["azure needs a key", "AZURE_AD_TOKEN"]],
    [
      { model: "azure/m", apiBase: "https://h", apiKey: null, clouds: ENTRA },
      "client_secret",
      ["Entra", "AZURE_CLIENT_SECRET"],
    ],
    [{ model: "hosted_vllm/m" }, "api_base", ["HOSTED_VLLM_API_BASE"]],
    [{ apiBase: "localhost:8000" }, "api_base", ["not an http(s) URL", "https://host/v1"]],
    [{ apiKey: "sk-test\u2019key" }, "api_key", ["character that HTTP cannot carry"]],
    [{ headers: { "X-A": "1\n2" } }, "extra_headers.x-a", ["character that HTTP cannot carry"]],
    [{ headers: { Host: "h" } }, "extra_headers", ["belongs to the connection"]],
    [{ model: "prototype/m" }, "model", ['no provider is called "prototype"']],
    [{ model: "constructor/m" }, "model", ['no provider is called "constructor"']],
  ])("%o", (given, key, words) => {
    const faults = faultsOf(given);
    expect(faults.map(({ path }) => path)).toEqual([`model_list[0].litellm_params.${key}`]);
    for (const word of words) expect(`${faults[0]?.problem}; ${faults[0]?.fix}`).toContain(word);
  });

  test("all of them at once, and no key or password among them", () => {
    const secrets = { apiBase: "ftp://me:hush@h", apiKey: "sk-test-\u0001" };
    const faults = faultsOf({ model: "azure/m", apiKey: null }, { model: "x" }, secrets);
    expect(faults.map(({ path }) => path)).toEqual([
      "model_list[0].litellm_params.api_base",
      "model_list[0].litellm_params.api_key",
      "model_list[1].litellm_params.model",
      "model_list[2].litellm_params.api_base",
      "model_list[2].litellm_params.api_key",
    ]);
    expect(JSON.stringify(faults)).not.toMatch(/hush|sk-test-/);
  });
});
