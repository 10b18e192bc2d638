import type { Request, Response } from "express";
import { describe, expect, test } from "vitest";
import { askedAt, findApi } from "./find-api.ts";

function found(url: string): readonly [api: string | null, model: string | null, url: string] {
  const request = { url, path: url.split("?")[0] } as Request;
  const response = { locals: {} } as Response;
  void findApi()(request, response, () => undefined);
  const asked = askedAt(response);
  return [asked?.api.name ?? null, asked?.model ?? null, request.url];
}

describe("a request is found to be of an API", () => {
  test.each([
    ["/v1/chat/completions", null],
    ["/chat/completions", null],
    ["/V1/Chat/Completions", null],
    ["/v1/chat/completions/", null],
    ["//v1/chat/completions", null],
    ["/openai/v1/chat/completions", null],
    ["/openai/chat/completions", null],
    ["/openai/deployments/gpt-4o/chat/completions", "gpt-4o"],
    ["/openai/deployments/a%2Fb/chat/completions", "a/b"],
    ["/openai/deployments/a%/chat/completions", "a%"],
    ["/engines/gpt-4o/chat/completions", "gpt-4o"],
    ["/v1/engines/gpt-4o/chat/completions", "gpt-4o"],
  ])("at %s", (path, model) => {
    const [api, named, url] = found(`${path}?api-version=2024-10-21`);
    expect([api, named]).toEqual(["chat", model]);
    expect(url).toMatch(/^\/v1\/chat\/completions\/?\?api-version=2024-10-21$/i);
  });

  test("at an embeddings path as well", () => {
    expect(found("/openai/deployments/e/embeddings")).toEqual(["embeddings", "e", "/v1/embeddings"]);
  });
});

test.each(["/models", "/openai/models", "/openai/v1/models", "//v1/models", "/V1/models"])(
  "%s is the list of models",
  (path) => expect(found(`${path}?limit=9`)).toEqual([null, null, "/v1/models?limit=9"]),
);

test("a model is found by its name at these as well", () => {
  expect(found("/openai/v1/models/a/b")).toEqual([null, null, "/v1/models/a/b"]);
});

test.each([
  "/",
  "//",
  "/v1",
  "/v1/models",
  "//api/pairs",
  "/api/chat/completions",
  "/v1/v1/chat/completions",
  "/openai",
  "/openai/deployments/gpt-4o/models",
  "/modelsx",
])("%s is of no API, and goes on as it came", (url) => {
  expect(found(url)).toEqual([null, null, url]);
});
