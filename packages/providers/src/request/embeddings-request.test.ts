import { APIS } from "@understudy/apis";
import { describe, expect, test } from "vitest";
import { testTarget } from "../targets/deployment.fixture.ts";
import { buildRequest } from "./provider-request.ts";

const body = { model: "group", input: ["one", "two"] };

describe("an embeddings request", () => {
  test.each([
    [{ model: "openai/text-embedding-3-small" }, "https://api.openai.com/v1/embeddings"],
    [{ model: "openai/e", apiBase: "http://127.0.0.1:9/v1" }, "http://127.0.0.1:9/v1/embeddings"],
    [
      { model: "openai/e", apiBase: "http://127.0.0.1:9/chat/completions/v1" },
      "http://127.0.0.1:9/chat/completions/v1/embeddings",
    ],
    [
      { model: "azure/my-embeddings", apiBase: "https://x.openai.azure.com", apiVersion: "2024-10-21" },
      "https://x.openai.azure.com/openai/deployments/my-embeddings/embeddings?api-version=2024-10-21",
    ],
    [
      { model: "azure/e", apiBase: "https://x.openai.azure.com", apiVersion: "v1" },
      "https://x.openai.azure.com/openai/v1/embeddings",
    ],
    [{ model: "openai/*", modelGroup: "openai/*" }, "https://api.openai.com/v1/embeddings"],
  ])("of %o goes to %s", (given, url) => {
    expect(buildRequest(APIS.embeddings, testTarget(given), { body, requestedModel: "group" }).url).toBe(url);
  });

  test("has the provider's model and key, and none of the chat's defaults", () => {
    const target = testTarget({ model: "openai/e", defaults: { temperature: 0 }, extraBody: { dimensions: 8 } });
    const request = buildRequest(APIS.embeddings, target, { body, requestedModel: "group" });
    expect(JSON.parse(String(request.body))).toEqual({ model: "e", input: ["one", "two"], dimensions: 8 });
    expect(request.headers).toMatchObject({ authorization: "Bearer sk-test-key" });
  });
});
