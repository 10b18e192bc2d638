import { describe, expect, test } from "vitest";
import { captureStream } from "./captured-stream.fixture.ts";
import { createLogger } from "./logger.ts";
import { isSensitiveName } from "@understudy/runtime";
import { createRedactor } from "./redaction.ts";

const CANARY = 'can"ary\\/sécret\n+7f3a';
const PLAIN_CANARY = "canary-9f8e7d6c5b";
const NUMBER_CANARY = "7193558204";
const SECRETS = [PLAIN_CANARY, CANARY, NUMBER_CANARY, "", " ", "abc"];

async function written(message: string, fields: Record<string, unknown>, format: "json" | "pretty"): Promise<string> {
  const captured = captureStream();
  const logger = createLogger({ service: "gateway", format, secrets: SECRETS, stream: captured.stream });
  logger.error(message, fields);
  await logger.close();
  expect(captured.lines()).toHaveLength(1);
  return captured.text();
}

class Custom {
  readonly inner = CANARY;
  toJSON(): unknown {
    return { of: this.inner };
  }
}

const shapes: [string, string, Record<string, unknown>][] = [
  ["the message", `failed with ${CANARY}!`, {}],
  ["twice in one text", `${CANARY} and ${CANARY}`, {}],
  ["a field", "m", { text: `key ${CANARY}` }],
  ["a nested field", "m", { a: { b: [{ c: `<${CANARY}>` }] } }],
  ["a field's name", "m", { [CANARY]: 1 }],
  ["a nested name", "m", { a: { [CANARY]: 1 } }],
  ["an error", "m", { error: new Error(`no: ${CANARY}`) }],
  ["an error's cause", "m", { error: new Error("outer", { cause: new Error(CANARY) }) }],
  ["errors of an error", "m", { error: new AggregateError([new Error(CANARY)], "all") }],
  ["a map", "m", { map: new Map([[CANARY, CANARY]]) }],
  ["a set", "m", { set: new Set([CANARY]) }],
  ["an object with toJSON", "m", { custom: new Custom() }],
  ["JSON in a text", "m", { body: JSON.stringify({ key: CANARY }) }],
  ["JSON in JSON in a text", "m", { body: JSON.stringify({ body: JSON.stringify({ key: CANARY }) }) }],
  ["a URL", "m", { url: `https://host.test/?k=${encodeURIComponent(CANARY)}` }],
  ["an Authorization header", "m", { sent: `Authorization: Bearer ${CANARY}` }],
  ["a symbol", "m", { symbol: Symbol(CANARY) }],
];

describe.each(["json", "pretty"] as const)("no secret in a %s line", (format) => {
  test.each(shapes)("in %s", async (_where, message, fields) => {
    const line = await written(message, fields, format);
    expect(line).toContain("[redacted]");
    // Its halves, so that neither an escaped nor a partly replaced secret passes.
    expect(line).not.toContain("7f3a");
    expect(line).not.toContain("can\\");
    expect(line).not.toContain('can"');
    expect(line).not.toContain("ary");
  });

  test("that is a number", async () => {
    const line = await written("m", { nested: [Number(NUMBER_CANARY)], big: BigInt(NUMBER_CANARY) }, format);
    expect(line).not.toContain(NUMBER_CANARY);
  });

  test("at the place where a long text is cut", async () => {
    for (let before = 65_500; before < 65_540; before += 1) {
      const line = await written(
        "m",
        { text: `${"x".repeat(100)} ${"y".repeat(before - 101)} ${PLAIN_CANARY}` },
        format,
      );
      expect(line).not.toContain("canary");
    }
  });
});

test.each(shapes)("a JSON line stays JSON with a secret in %s", async (_where, message, fields) => {
  expect(JSON.parse(await written(message, { ...fields, number: Number(NUMBER_CANARY) }, "json"))).toMatchObject({
    level: "error",
    service: "gateway",
    number: "[redacted]",
  });
});

describe("what looks like a credential", () => {
  const { clean, finds } = createRedactor([]);

  test.each([
    ["Bearer abc.def-123", "Bearer [redacted]"],
    ["header: bearer  abc==, next", "header: Bearer [redacted], next"],
    ["Incorrect API key provided: sk-test-1234567890.", "Incorrect API key provided: [redacted]."],
    ["key=sk-proj-abcdefgh_1", "key=[redacted]"],
    ['{"k":"sk-test-12345678"}', '{"k":"[redacted]"}'],
    [String.raw`line\nsk-test-12345678`, String.raw`line\n[redacted]`],
    ["redis://user:hunter2@cache.test:6379", "redis://[redacted]@cache.test:6379"],
    ["redis://:hunter2@cache.test:6379", "redis://[redacted]@cache.test:6379"],
  ])("%s", (text, expected) => {
    expect(finds(text)).toBe(true);
    expect(clean(text)).toBe(expected);
  });

  test.each([
    "task-classifier-large",
    "helpdesk-assistant",
    "sk-short",
    "http://localhost:4000/a@b",
    "https://host.test:8080/path",
    "the bearer",
  ])("%s is left as it is", (text) => {
    expect(finds(text)).toBe(false);
    expect(clean(text)).toBe(text);
  });
});

describe("names of fields", () => {
  test.each([
    "authorization",
    "Authorization",
    "proxy-authorization",
    "api_key",
    "api-key",
    "apiKey",
    "x-api-key",
    "OPENAI_API_KEY",
    "password",
    "passwd",
    "cookie",
    "set-cookie",
    "client_secret",
    "master_key",
    "access_token",
    "token",
    "aws_secret_access_key",
    "credentials",
  ])("%s is sensitive", (name) => {
    expect(isSensitiveName(name)).toBe(true);
  });

  test.each([
    "input_tokens",
    "first_token_ms",
    "max_tokens",
    "pair_id",
    "author",
    "cookies_accepted",
    "prompt_cache_key",
    "error_kind",
    "tool_calls",
    "key",
    "experiment",
  ])("%s is not", (name) => {
    expect(isSensitiveName(name)).toBe(false);
  });

  test("values under them are redacted at every depth, in maps and in lists of headers", async () => {
    const line = await written(
      "m",
      {
        headers: { Authorization: "Basic hunter2", cookie: ["hunter2"], accept: "json" },
        deep: [{ api_key: { value: "hunter2" } }],
        map: new Map([["x-api-key", "hunter2"]]),
        rawHeaders: ["Accept", "json", "X-Api-Key", "hunter2"],
        apiKey: null,
      },
      "json",
    );
    expect(line).not.toContain("hunter2");
    expect(JSON.parse(line)).toMatchObject({
      headers: { accept: "json" },
      rawHeaders: ["Accept", "json", "X-Api-Key", "[redacted]"],
      apiKey: null,
    });
  });
});

test("of two secrets, the longer one is replaced whole", () => {
  expect(createRedactor(["canary", "canary-two"]).clean("canary-two canary")).toBe("[redacted] [redacted]");
});

test("a secret full of signs is taken literally", () => {
  const secret = String.raw`a.*(b|c)[d]{2}^$\-/`;
  expect(createRedactor([secret]).clean(`<${secret}> axxb`)).toBe("<[redacted]> axxb");
});

test("short secrets are not searched for", () => {
  expect(createRedactor(["a", "abc", "", "   "]).clean("abc a")).toBe("abc a");
});
