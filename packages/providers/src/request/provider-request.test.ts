import { APIS } from "@understudy/apis";
import type { Deployment } from "@understudy/config";
import { describe, expect, test } from "vitest";
import { buildRequest } from "./provider-request.ts";
import { testTarget } from "../targets/deployment.fixture.ts";
import { upstreamModel } from "../targets/target.ts";

const messages = [{ role: "user", content: "hi" }];

function sent(given: Partial<Deployment>, body: Record<string, unknown>, requested = "group"): unknown {
  return JSON.parse(String(buildRequest(APIS.chat, testTarget(given), { body, requestedModel: requested }).body));
}

describe("the body", () => {
  test("goes out as it came, but for the model", () => {
    const body = { model: "group", messages, temperature: 0.3, top_k: 3, stream: true };
    expect(sent({}, body)).toEqual({ ...body, model: "gpt-4o" });
  });

  test("deployment defaults lie under the client's values, extra_body over all", () => {
    const given = { defaults: { temperature: 0.1, seed: 7 }, extraBody: { seed: 9, provider: { sort: "price" } } };
    expect(sent(given, { model: "group", messages, temperature: 0.9 })).toEqual({
      model: "gpt-4o",
      messages,
      temperature: 0.9,
      seed: 9,
      provider: { sort: "price" },
    });
  });

  test("the deployment's tools come before the client's", () => {
    const given = { defaults: { tools: [{ type: "function", function: { name: "a" } }] } };
    const tools = [{ type: "function", function: { name: "b" } }];
    expect(sent(given, { messages, tools })).toMatchObject({
      tools: [{ function: { name: "a" } }, { function: { name: "b" } }],
    });
    expect(sent(given, { messages })).toMatchObject({ tools: [{ function: { name: "a" } }] });
  });

  test("metadata stays here unless the answer is stored under it", () => {
    const metadata = { team: "a" };
    expect(sent({}, { messages, metadata, litellm_metadata: {} })).toEqual({ model: "gpt-4o", messages });
    expect(sent({}, { messages, metadata, store: true })).toMatchObject({ metadata, store: true });
  });

  const LAYER = "https://generativelanguage.googleapis.com/v1beta/openai";

  test("drop_params drops what the provider is known to refuse", () => {
    const body = { messages, seed: 1, frequency_penalty: 0.2, temperature: 0.5 };
    expect(sent({ model: "gemini/m", apiBase: LAYER, dropParams: true }, body)).toEqual({
      model: "m",
      messages,
      temperature: 0.5,
    });
    expect(sent({ model: "openai/o3", dropParams: true }, body)).toEqual({ model: "o3", messages, seed: 1 });
    expect(sent({ model: "openai/gpt-4o", dropParams: true }, body)).toEqual({ ...body, model: "gpt-4o" });
  });

  test.each([
    [["user"], { user: undefined }],
    [
      ["tools[*].function.strict"],
      {
        tools: [
          { type: "function", function: { name: "a" } },
          { type: "function", function: { name: "b" } },
        ],
      },
    ],
    [
      ["tools[0].function.strict", "absent", "user.name"],
      {
        tools: [
          { type: "function", function: { name: "a" } },
          { type: "function", function: { name: "b", strict: true } },
        ],
      },
    ],
    [["tools[1]"], { tools: [{ type: "function", function: { name: "a", strict: true } }] }],
  ])("additional_drop_params %o", (additionalDropParams, expected) => {
    const tools = ["a", "b"].map((name) => ({ type: "function", function: { name, strict: true } }));
    const body = { messages, user: "u", tools };
    const copy = structuredClone(body);
    const result = { model: "gpt-4o", messages, user: "u", tools, ...expected };
    expect(sent({ additionalDropParams }, body)).toEqual(JSON.parse(JSON.stringify(result)));
    expect(body).toEqual(copy);
  });

  test("the client's object is never changed", () => {
    const body = Object.freeze({ model: "group", messages: Object.freeze(messages), user: "u" });
    const given = { defaults: { seed: 1 }, dropParams: true, additionalDropParams: ["user"] };
    expect(() => sent(given, body)).not.toThrow();
  });
});

describe("wildcards", () => {
  test.each([
    ["openai/*", "openai/*", "openai/gpt-4o", "gpt-4o"],
    ["*", "openai/*", "gpt-4o", "gpt-4o"],
    ["*", "openai/*", "openai/gpt-4o", "gpt-4o"],
    ["team-*-prod", "openai/ft:*:acme", "team-gpt-4o-prod", "ft:gpt-4o:acme"],
    ["*/*", "openrouter/*/*", "meta/llama", "meta/llama"],
    ["openai/*", "openai/gpt-4o", "openai/anything", "gpt-4o"],
    ["openai/*", "openai/*", "alias", "alias"],
    ["fireworks/*", "fireworks_ai/*", "fireworks/glm", "accounts/fireworks/models/glm"],
    ["a/*", "openai/*", "a/$&$1", "$&$1"],
  ])("%s -> %s: %s calls %s", (modelGroup, model, requested, upstream) => {
    const target = testTarget({ modelGroup, model });
    expect(upstreamModel(target, requested)).toBe(upstream);
    expect(
      JSON.parse(String(buildRequest(APIS.chat, target, { body: { messages }, requestedModel: requested }).body)),
    ).toMatchObject({
      model: upstream,
    });
  });

  test("an Azure URL is built for each request, and no name climbs out of its place", () => {
    const target = testTarget({
      modelGroup: "azure/*",
      model: "azure/*",
      apiBase: "https://x.openai.azure.com",
      apiVersion: "2024-10-21",
    });
    const urlFor = (name: string): string =>
      new URL(buildRequest(APIS.chat, target, { body: { messages }, requestedModel: `azure/${name}` }).url).pathname;
    expect(urlFor("my-gpt")).toBe("/openai/deployments/my-gpt/chat/completions");
    expect(urlFor("../../x?y")).toBe("/openai/deployments/..%2F..%2Fx%3Fy/chat/completions");
    expect(urlFor("..")).toBe("/openai/deployments/-/chat/completions");
  });
});
