import { APIS } from "@understudy/apis";
import { type Config, type Deployment, NO_CLOUDS } from "@understudy/config";
import { describe, expect, test } from "vitest";
import { buildRequest } from "../request/provider-request.ts";
import { compileDeployments } from "./compile-targets.ts";
import { servesModel } from "./serves-model.ts";
import { testDeployment, testTarget, testTargets } from "./deployment.fixture.ts";
import { PROVIDERS } from "../table/providers.ts";

const KEY = "sk-test-key";
const bearer = { "content-type": "application/json", authorization: `Bearer ${KEY}` };
const apiKey = { "content-type": "application/json", "api-key": KEY };
const googleKey = { "content-type": "application/json", "x-goog-api-key": KEY };
const anthropicKey = { "content-type": "application/json", "x-api-key": KEY };
const open = { "content-type": "application/json" };

const google = (given: object) => ({
  ...NO_CLOUDS,
  google: { project: "p", location: null, credentials: null, ...given },
});

type Row = readonly [Partial<Deployment>, url: string, headers: Record<string, string>, model: string];

const rows: readonly Row[] = [
  [
    { model: "vertex_ai/gemini-2.5-pro", apiKey: null, clouds: google({}) },
    "https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1/publishers/google/models/gemini-2.5-pro:generateContent",
    open,
    "gemini-2.5-pro",
  ],
  [{ model: "openai/gpt-4o" }, "https://api.openai.com/v1/chat/completions", bearer, "gpt-4o"],
  [
    { model: "openai/gpt-4o", organization: "org-test" },
    "https://api.openai.com/v1/chat/completions",
    { ...bearer, "openai-organization": "org-test" },
    "gpt-4o",
  ],
  [
    { model: "openai/my-model", apiBase: "http://127.0.0.1:8000/v1" },
    "http://127.0.0.1:8000/v1/chat/completions",
    bearer,
    "my-model",
  ],
  [
    { model: "openai/my-model", apiBase: "http://127.0.0.1:8000/v1/chat/completions/" },
    "http://127.0.0.1:8000/v1/chat/completions",
    bearer,
    "my-model",
  ],
  [
    { model: "azure/my deployment", apiBase: "https://x.openai.azure.com/", apiVersion: "2024-10-21" },
    "https://x.openai.azure.com/openai/deployments/my%20deployment/chat/completions?api-version=2024-10-21",
    apiKey,
    "my deployment",
  ],
  [
    { model: "azure/o_series/my-o3", apiBase: "https://x.openai.azure.com", apiVersion: "2024-12-01-preview" },
    "https://x.openai.azure.com/openai/deployments/my-o3/chat/completions?api-version=2024-12-01-preview",
    apiKey,
    "my-o3",
  ],
  [
    {
      model: "azure/d",
      apiBase: "https://gw.example/azure/openai/deployments/other",
      apiVersion: "2024-10-21",
    },
    "https://gw.example/azure/openai/deployments/other/chat/completions?api-version=2024-10-21",
    apiKey,
    "d",
  ],
  [
    { model: "azure/d", apiBase: "https://x.openai.azure.com?api-version=2024-10-21" },
    "https://x.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21",
    apiKey,
    "d",
  ],
  ...["v1", "latest"].map((apiVersion): Row => [
    { model: "azure/d", apiBase: "https://x.openai.azure.com", apiVersion },
    "https://x.openai.azure.com/openai/v1/chat/completions",
    apiKey,
    "d",
  ]),
  [
    { model: "azure/d", apiBase: "https://x.openai.azure.com", apiVersion: "preview" },
    "https://x.openai.azure.com/openai/v1/chat/completions?api-version=preview",
    apiKey,
    "d",
  ],
  [
    { model: "azure/d", apiBase: "https://x.openai.azure.com/openai/v1/" },
    "https://x.openai.azure.com/openai/v1/chat/completions",
    apiKey,
    "d",
  ],
  [
    { model: "azure_ai/DeepSeek-V3", apiBase: "https://x.services.ai.azure.com" },
    "https://x.services.ai.azure.com/models/chat/completions?api-version=2024-05-01-preview",
    apiKey,
    "DeepSeek-V3",
  ],
  [
    { model: "azure_ai/DeepSeek-V3", apiBase: "https://x.services.ai.azure.com/openai/v1" },
    "https://x.services.ai.azure.com/openai/v1/chat/completions",
    apiKey,
    "DeepSeek-V3",
  ],
  [
    { model: "azure_ai/mistral-large", apiBase: "https://x.eastus2.models.ai.azure.com" },
    "https://x.eastus2.models.ai.azure.com/v1/chat/completions",
    bearer,
    "mistral-large",
  ],
  [
    { model: "anthropic/claude-sonnet-4-5" },
    "https://api.anthropic.com/v1/messages",
    anthropicKey,
    "claude-sonnet-4-5",
  ],
  [
    { model: "anthropic/claude-sonnet-4-5", apiBase: "https://gw.example/anthropic/v1/messages" },
    "https://gw.example/anthropic/v1/messages",
    anthropicKey,
    "claude-sonnet-4-5",
  ],
  [
    { model: "gemini/gemini-2.5-flash" },
    "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent",
    googleKey,
    "gemini-2.5-flash",
  ],
  [
    { model: "gemini/gemini-2.5-flash", apiBase: "https://gw.example/v1beta" },
    "https://gw.example/v1beta/models/gemini-2.5-flash:generateContent",
    googleKey,
    "gemini-2.5-flash",
  ],
  // Google's OpenAI-compatible layer, for whoever names it.
  [
    { model: "gemini/gemini-2.5-flash", apiBase: "https://gw.example/v1beta/openai" },
    "https://gw.example/v1beta/openai/chat/completions",
    bearer,
    "gemini-2.5-flash",
  ],
  [
    { model: "bedrock/us.amazon.nova-pro-v1:0" },
    "https://bedrock-runtime.us-west-2.amazonaws.com/model/us.amazon.nova-pro-v1%3A0/converse",
    bearer,
    "us.amazon.nova-pro-v1:0",
  ],
  [
    { model: "bedrock/converse/cn-north-1/anthropic.claude-v2" },
    "https://bedrock-runtime.cn-north-1.amazonaws.com.cn/model/anthropic.claude-v2/converse",
    bearer,
    "anthropic.claude-v2",
  ],
  [
    { model: "bedrock/llama/arn:aws:bedrock:us-east-1:1:imported-model/m" },
    "https://bedrock-runtime.us-east-1.amazonaws.com/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Aimported-model%2Fm/converse",
    bearer,
    "arn:aws:bedrock:us-east-1:1:imported-model/m",
  ],
  [
    { model: "mistral/mistral-large-latest" },
    "https://api.mistral.ai/v1/chat/completions",
    bearer,
    "mistral-large-latest",
  ],
  [{ model: "groq/llama-3.3-70b" }, "https://api.groq.com/openai/v1/chat/completions", bearer, "llama-3.3-70b"],
  [{ model: "deepseek/deepseek-chat" }, "https://api.deepseek.com/beta/chat/completions", bearer, "deepseek-chat"],
  [
    { model: "openrouter/meta-llama/llama-3" },
    "https://openrouter.ai/api/v1/chat/completions",
    bearer,
    "meta-llama/llama-3",
  ],
  [{ model: "together_ai/Qwen/Qwen3" }, "https://api.together.xyz/v1/chat/completions", bearer, "Qwen/Qwen3"],
  [
    { model: "fireworks_ai/glm-5p2" },
    "https://api.fireworks.ai/inference/v1/chat/completions",
    bearer,
    "accounts/fireworks/models/glm-5p2",
  ],
  [
    { model: "fireworks_ai/accounts/me/models/m" },
    "https://api.fireworks.ai/inference/v1/chat/completions",
    bearer,
    "accounts/me/models/m",
  ],
  [{ model: "perplexity/sonar" }, "https://api.perplexity.ai/chat/completions", bearer, "sonar"],
  [{ model: "xai/grok-4" }, "https://api.x.ai/v1/chat/completions", bearer, "grok-4"],
  [{ model: "cerebras/gpt-oss-120b" }, "https://api.cerebras.ai/v1/chat/completions", bearer, "gpt-oss-120b"],
  [{ model: "nvidia_nim/meta/llama3" }, "https://integrate.api.nvidia.com/v1/chat/completions", bearer, "meta/llama3"],
  [{ model: "deepinfra/Qwen/Qwen3" }, "https://api.deepinfra.com/v1/openai/chat/completions", bearer, "Qwen/Qwen3"],
  [{ model: "sambanova/Llama" }, "https://api.sambanova.ai/v1/chat/completions", bearer, "Llama"],
  // Only its own API knows these.
  [{ model: "ollama/llama3", defaults: { num_ctx: 8192 } }, "http://localhost:11434/api/chat", bearer, "llama3"],
  [{ model: "cohere/command-r" }, "https://api.cohere.ai/compatibility/v1/chat/completions", bearer, "command-r"],
  [{ model: "cohere_chat/command-r" }, "https://api.cohere.ai/compatibility/v1/chat/completions", bearer, "command-r"],
  [
    { model: "huggingface/together/deepseek-ai/DeepSeek-R1" },
    "https://router.huggingface.co/v1/chat/completions",
    bearer,
    "deepseek-ai/DeepSeek-R1:together",
  ],
  [
    { model: "huggingface/HuggingFaceTB/SmolLM3-3B", apiBase: "https://tgi.example" },
    "https://tgi.example/v1/chat/completions",
    bearer,
    "HuggingFaceTB/SmolLM3-3B",
  ],
  [
    { model: "heroku/claude-4-sonnet", apiBase: "https://us.inference.heroku.com" },
    "https://us.inference.heroku.com/v1/chat/completions",
    bearer,
    "claude-4-sonnet",
  ],
  [{ model: "ollama/llama3", apiKey: null }, "http://localhost:11434/v1/chat/completions", open, "llama3"],
  [{ model: "ollama_chat/llama3", apiKey: null }, "http://localhost:11434/v1/chat/completions", open, "llama3"],
  [
    { model: "hosted_vllm/Qwen/Qwen3", apiKey: null, apiBase: "http://10.0.0.5:8000/v1" },
    "http://10.0.0.5:8000/v1/chat/completions",
    open,
    "Qwen/Qwen3",
  ],
  [{ model: "lm_studio/phi", apiKey: null }, "http://localhost:1234/v1/chat/completions", open, "phi"],
  [{ model: "llamafile/m", apiKey: null }, "http://127.0.0.1:8080/v1/chat/completions", open, "m"],
  [
    { model: "litellm_proxy/group", apiBase: "http://proxy.example:4000" },
    "http://proxy.example:4000/chat/completions",
    bearer,
    "group",
  ],
];

describe("Vertex AI is asked where", () => {
  test.each([
    [
      {},
      "gemini-2.5-pro",
      "us-central1-aiplatform.googleapis.com",
      "publishers/google/models/gemini-2.5-pro:generateContent",
    ],
    [
      { location: "global" },
      "claude-opus-4@20250514",
      "aiplatform.googleapis.com",
      "publishers/anthropic/models/claude-opus-4%4020250514:rawPredict",
    ],
    [{ location: "eu" }, "meta/llama-4", "aiplatform.eu.rep.googleapis.com", "endpoints/openapi/chat/completions"],
  ])("%o: %s", (given, model, host, path) => {
    const target = testTarget({ model: `vertex_ai/${model}`, apiKey: null, clouds: google(given) });
    const { url } = target.own ?? target.ways.messages ?? target.ways.chat ?? { url: "" };
    const location = "location" in given ? given.location : "us-central1";
    expect(url).toBe(`https://${host}/v1/projects/p/locations/${location}/${path}`);
    expect(target.credentials).toMatchObject({ kind: "google", client: "the application's default account" });
  });
});

describe("one row for each provider", () => {
  test.each(rows)("%o", (given, url, headers, model) => {
    const target = testTarget(given);
    const way = target.own ?? target.ways.chat ?? target.ways.messages;
    expect(way?.url).toBe(url);
    expect(way?.headers).toEqual(headers);
    expect(target.model).toBe(model);
  });

  test("no provider is left out", () => {
    const tested = new Set(rows.map(([given]) => testTarget(given).provider));
    expect([...tested].toSorted()).toEqual(PROVIDERS.map(({ name }) => name).toSorted());
  });
});

describe("whose model it is", () => {
  test.each<readonly [Partial<Deployment>, provider: string, model: string]>([
    [{ model: "gpt-4o" }, "openai", "gpt-4o"],
    [{ model: "o3-mini" }, "openai", "o3-mini"],
    [{ model: "chatgpt-4o-latest" }, "openai", "chatgpt-4o-latest"],
    [{ model: "ft:gpt-4o:acme" }, "openai", "ft:gpt-4o:acme"],
    [{ model: "claude-haiku-4-5" }, "anthropic", "claude-haiku-4-5"],
    [{ model: "gemini-2.5-pro" }, "gemini", "gemini-2.5-pro"],
    [{ model: "llama-3", apiBase: "https://api.groq.com/openai/v1" }, "groq", "llama-3"],
    [{ model: "mistralai/Mistral-7B", apiBase: "http://127.0.0.1:8000/v1" }, "openai", "mistralai/Mistral-7B"],
    [{ model: "nvidia/nemotron", apiBase: "http://127.0.0.1:8000/v1" }, "openai", "nvidia/nemotron"],
    [{ model: "my-model", apiBase: "http://127.0.0.1:8000/v1" }, "openai", "my-model"],
    [
      { model: "gpt-4o", provider: "azure", apiBase: "https://x.openai.azure.com", apiVersion: "v1" },
      "azure",
      "gpt-4o",
    ],
    [{ model: "groq/llama-3", provider: "groq" }, "groq", "llama-3"],
    [{ model: "groq/llama-3", provider: "openrouter" }, "openrouter", "groq/llama-3"],
  ])("%o", (given, provider, model) => {
    const target = testTarget(given);
    expect([target.provider, target.model]).toEqual([provider, model]);
  });
});

describe("keys and bases from the environment", () => {
  test("the deployment's key wins; blank ones count for nothing", () => {
    const env = { OPENAI_API_KEY: "sk-test-env\n", GROQ_API_KEY: "  " };
    expect(testTarget({}, env).ways.chat?.headers["authorization"]).toBe(`Bearer ${KEY}`);
    expect(testTarget({ apiKey: null }, env).ways.chat?.headers["authorization"]).toBe("Bearer sk-test-env");
    expect(testTarget({ apiKey: " " }, env).ways.chat?.headers["authorization"]).toBe("Bearer sk-test-env");
    expect(() => testTarget({ model: "groq/m", apiKey: null }, env)).toThrow("GROQ_API_KEY");
  });

  test("base URLs, versions and headers", () => {
    const env = {
      AZURE_API_BASE: "https://env.openai.azure.com",
      AZURE_API_VERSION: "2024-10-21",
      AZURE_AD_TOKEN: "test-entra-token",
      OR_APP_NAME: "shop",
    };
    const azure = testTarget({ model: "azure/d", apiKey: null }, env);
    expect(azure.ways.chat?.url).toBe(
      "https://env.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21",
    );
    expect(azure.ways.chat?.headers).toEqual({ ...open, authorization: "Bearer test-entra-token" });
    expect(testTarget({ model: "openrouter/m" }, env).ways.chat?.headers["x-title"]).toBe("shop");
  });

  test("a deployment's own headers lie over ours, whatever their case, and may carry the key", () => {
    const target = testTarget({ apiKey: null, headers: { Authorization: "Basic dGVzdA==", "X-Team": "a" } });
    expect(target.ways.chat?.headers).toEqual({ ...open, authorization: "Basic dGVzdA==", "x-team": "a" });
  });

  test("a key in a header of the deployment's own is the only one sent", () => {
    const azure = {
      model: "azure/d",
      apiBase: "https://h",
      apiVersion: "v1",
      headers: { Authorization: "Bearer own" },
    };
    expect(testTarget(azure).ways.chat?.headers).toEqual({ ...open, authorization: "Bearer own" });
  });

  test("an application in Entra, where there is no key and no token", () => {
    const env = { AZURE_TENANT_ID: "t", AZURE_CLIENT_ID: "c", AZURE_CLIENT_SECRET: "s" };
    const azure = { model: "azure/d", apiBase: "https://h", apiKey: null };
    const target = testTarget(azure, { ...env, AZURE_AUTHORITY_HOST: "login.example.com/" });
    expect(target.ways.chat?.headers).toEqual(open);
    expect(target.credentials).toEqual({
      kind: "entra",
      tokenUrl: "https://login.example.com/t/oauth2/v2.0/token",
      client: "c",
      form: {
        client_id: "c",
        scope: "https://cognitiveservices.azure.com/.default",
        grant_type: "client_credentials",
        client_secret: "s",
      },
    });
    expect(testTarget({ ...azure, apiKey: "key" }, env).credentials).toBe(null);
    expect(testTarget(azure, { ...env, AZURE_AD_TOKEN: "token" }).credentials).toBe(null);
    expect(testTarget({ ...azure, headers: { authorization: "Bearer own" } }, env).credentials).toBe(null);
    expect(testTarget({ ...azure, model: "azure_ai/d" }, env).credentials).toMatchObject({ client: "c" });
    expect(testTarget({ model: "openai/m" }, env).credentials).toBe(null);
  });

  test("an optional key is sent when there is one", () => {
    expect(testTarget({ model: "ollama/m" }).ways.chat?.headers).toEqual(bearer);
  });
});

test("targets are frozen and keep the key out of the URL", () => {
  const targets = testTargets([{}, { model: "azure/d", apiBase: "https://h", apiVersion: "v1" }]);
  expect(Object.isFrozen(targets)).toBe(true);
  for (const target of targets) {
    expect(Object.isFrozen(target) && Object.isFrozen(target.ways.chat?.headers)).toBe(true);
    expect(target.ways.chat?.url).not.toContain(KEY);
  }
});

describe("a deployment of *", () => {
  const env = { OPENAI_API_KEY: "sk-test-openai", MISTRAL_API_KEY: "test-mistral-key" };
  const any = { model: "*", modelGroup: "*", apiKey: null } as const;

  test.each([
    ["gpt-4o", "openai", "https://api.openai.com/v1/chat/completions", "Bearer sk-test-openai", "gpt-4o"],
    ["openai/gpt-4o", "openai", "https://api.openai.com/v1/chat/completions", "Bearer sk-test-openai", "gpt-4o"],
    ["mistral/small", "mistral", "https://api.mistral.ai/v1/chat/completions", "Bearer test-mistral-key", "small"],
  ])("%s goes to %s, with that provider's key", (...row) => {
    const [requested, provider, url, authorization, model] = row;
    const serving = testTargets([any], env).filter((target) => servesModel(target, requested));
    expect(serving.map((target) => target.provider)).toEqual([provider]);
    const [target] = serving;
    if (target === undefined) throw new Error("nothing serves it");
    const request = buildRequest(APIS.chat, target, { body: { messages: [] }, requestedModel: requested });
    expect(request).toMatchObject({ url, headers: { authorization } });
    expect(JSON.parse(String(request.body))).toEqual({ model, messages: [] });
  });

  test.each(["groq/llama", "nobody-knows", "anthropic/claude"])("%s is served by none without its key", (requested) => {
    expect(testTargets([any], env).some((target) => servesModel(target, requested))).toBe(false);
  });
});

test("a key of a deployment of * goes to OpenAI alone, and is warned of", () => {
  const deployment = testDeployment({ model: "*", modelGroup: "*", apiKey: KEY });
  const env = { MISTRAL_API_KEY: "test-mistral-key" };
  const { targets, warnings } = compileDeployments({
    deployments: [deployment],
    env,
    unserved: [],
  } as unknown as Config);
  const sent = targets.filter(({ ways }) => ways.chat?.headers["authorization"]?.includes(KEY) === true);
  expect(sent.map(({ provider }) => provider)).toEqual(["openai"]);
  expect(targets.map(({ provider }) => provider)).toContain("mistral");
  expect(warnings.map(({ path }) => path)).toEqual(["model_list[0].litellm_params.api_key"]);
});

test("a name and a password in api_base are warned of, and sent as a header instead of the key", () => {
  const deployment = testDeployment({ apiBase: "https://me:h%75sh@h/v1" });
  const { targets, warnings } = compileDeployments({
    deployments: [deployment],
    env: {},
    unserved: [],
  } as unknown as Config);
  expect(targets[0]?.ways.chat).toMatchObject({
    url: "https://h/v1/chat/completions",
    headers: { authorization: `Basic ${Buffer.from("me:hush").toString("base64")}` },
  });
  expect(warnings.map(({ path }) => path)).toEqual(["model_list[0].litellm_params.api_base"]);
  expect(JSON.stringify(warnings)).not.toContain("hush");
});

test("Azure's version is LiteLLM's where none is named, and the environment's where that names one", () => {
  const azure = { model: "azure/d", apiBase: "https://x.openai.azure.com" } as const;
  const url = "https://x.openai.azure.com/openai/deployments/d/chat/completions?api-version=";
  expect(testTarget(azure).ways.chat?.url).toBe(`${url}2025-02-01-preview`);
  expect(testTarget(azure, { AZURE_API_VERSION: "2024-10-21" }).ways.chat?.url).toBe(`${url}2024-10-21`);
});

describe("Anthropic's Messages", () => {
  const anthropic = { model: "anthropic/claude-sonnet-5" };
  const headersOf = (given: Partial<Deployment>, env = {}) =>
    testTarget({ ...anthropic, ...given }, env).ways.messages?.headers;

  test("stand beside the chats, wherever those are", () => {
    const urlOf = (given: Partial<Deployment>) => testTarget({ ...anthropic, ...given }).ways.messages?.url;
    expect(urlOf({})).toBe("https://api.anthropic.com/v1/messages");
    for (const apiBase of ["https://gw.example/a", "https://gw.example/a/v1", "https://gw.example/a/v1/messages"])
      expect(urlOf({ apiBase })).toBe("https://gw.example/a/v1/messages");
    expect(testTarget({ model: "ollama/llama3" }).ways.messages?.url).toBe("http://localhost:11434/v1/messages");
    expect(testTarget({ model: "openai/gpt-4o" }).ways.messages).toBeUndefined();
  });

  test("take a key in Anthropic's header, and a token as Bearer", () => {
    expect(headersOf({})).toEqual({ ...open, "x-api-key": KEY });
    const env = { ANTHROPIC_AUTH_TOKEN: "test-token" };
    expect(headersOf({ apiKey: null }, env)).toEqual({ ...open, authorization: "Bearer test-token" });
  });
});
