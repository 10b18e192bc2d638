import { createSign } from "node:crypto";
import { systemClock } from "@understudy/runtime";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createSimulator, type Simulator } from "../simulator.ts";
import type { ServiceAccountKey } from "./google-tokens.ts";

let simulator: Simulator;
let url: string;
beforeAll(async () => {
  simulator = createSimulator();
  ({ url } = await simulator.start());
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.stop());

const HI = { role: "user", parts: [{ text: "What is 2 + 3?" }] };
const gemini = (model: string, call = "generateContent"): string => `/v1beta/models/${model}:${call}`;

function ask(path: string, body: object, headers: Record<string, string> = { "x-goog-api-key": "key" }) {
  return fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
}

function framesOf(text: string): readonly Frame[] {
  return [...text.matchAll(/^data: (.*)$/gm)].map(([, frame = ""]) => JSON.parse(frame) as Frame);
}

interface Frame {
  readonly candidates?: readonly {
    readonly content: { readonly parts: readonly Part[] };
    readonly finishReason?: string;
  }[];
  readonly usageMetadata?: Readonly<Record<string, number>>;
  readonly error?: { readonly code: number; readonly status: string; readonly details?: readonly object[] };
}

interface Part {
  readonly text?: string;
  readonly thought?: boolean;
  readonly thoughtSignature?: string;
  readonly functionCall?: { readonly name: string; readonly args: object; readonly id?: string };
}

test("answers whole, with the counts of what is thought beside those of what is said", async () => {
  const generationConfig = { thinkingConfig: { includeThoughts: true } };
  const answer = (await (await ask(gemini("gemini-2.5-pro"), { contents: [HI], generationConfig })).json()) as Frame;
  const [candidate] = answer.candidates ?? [];
  expect(candidate?.finishReason).toBe("STOP");
  expect(candidate?.content.parts.at(-1)?.text).toContain("5");
  expect(candidate?.content.parts[0]).toMatchObject({ thought: true });
  const { promptTokenCount = 0, candidatesTokenCount = 0, thoughtsTokenCount = 0 } = answer.usageMetadata ?? {};
  expect(thoughtsTokenCount).toBeGreaterThan(0);
  expect(answer.usageMetadata?.["totalTokenCount"]).toBe(promptTokenCount + candidatesTokenCount + thoughtsTokenCount);
});

test("streams answers of which the last one says the end and counts", async () => {
  const response = await ask(gemini("gemini-2.5-pro", "streamGenerateContent?alt=sse"), { contents: [HI] });
  const frames = framesOf(await response.text());
  expect(frames.map(({ candidates }) => candidates?.[0]?.finishReason).filter(Boolean)).toEqual(["STOP"]);
  expect(frames.at(-1)?.usageMetadata?.["candidatesTokenCount"]).toBeGreaterThan(0);
});

const WEATHER = { role: "user", parts: [{ text: "What is the weather in Paris?" }] };
const tools = [
  {
    functionDeclarations: [
      {
        name: "get_weather",
        description: "The weather in a city",
        parametersJsonSchema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
      },
    ],
  },
];

test("wants the signature of a call of its own again, and one result for each call", async () => {
  const called = (await (await ask(gemini("gemini-3-pro"), { contents: [WEATHER], tools })).json()) as Frame;
  const part = called.candidates?.[0]?.content.parts[0];
  expect(part?.functionCall).toEqual({ name: "get_weather", args: { city: "Paris" } });
  const result = { functionResponse: { name: "get_weather", response: { content: "Sunny." } } };
  const goOn = (call: object, ...parts: readonly object[]) =>
    ask(gemini("gemini-3-pro"), {
      contents: [WEATHER, { role: "model", parts: [call] }, { role: "user", parts }],
      tools,
    });
  expect((await goOn(part ?? {}, result)).status).toBe(200);
  const dummy = { ...part, thoughtSignature: "skip_thought_signature_validator" };
  expect((await goOn(dummy, result)).status).toBe(200);
  for (const refused of [
    goOn({ functionCall: part?.functionCall }, result),
    goOn({ ...part, thoughtSignature: "x" }, result),
    goOn(part ?? {}, result, result),
    goOn(part ?? {}, { text: "Sunny." }),
  ])
    expect((await refused).status).toBe(400);
});

test("says errors as Google does", async () => {
  simulator.script("busy", "fail-429");
  const busy = (await (await ask(gemini("busy"), { contents: [HI] })).json()) as Frame;
  expect(busy.error).toMatchObject({ code: 429, status: "RESOURCE_EXHAUSTED", details: [{ retryDelay: "1s" }] });
  simulator.script("broken", "stream-error");
  const broken = await ask(gemini("broken", "streamGenerateContent?alt=sse"), { contents: [HI] });
  expect(framesOf(await broken.text()).at(-1)?.error).toMatchObject({ code: 503, status: "UNAVAILABLE" });
  expect((await ask(gemini("gemini-2.5-pro"), { contents: [HI] }, {})).status).toBe(403);
  expect((await ask(gemini("gemini-2.5-pro"), { contents: [HI] }, { "x-goog-api-key": "sk-test-bad" })).status).toBe(
    400,
  );
});

function assertionOf({ client_email: iss, private_key, token_uri: aud }: ServiceAccountKey, more: object = {}): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const exp = Math.floor(systemClock.now() / 1000) + 600;
  const claims = { iss, aud, exp, scope: "https://www.googleapis.com/auth/cloud-platform", ...more };
  const signed = `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}`;
  return `${signed}.${createSign("RSA-SHA256").update(signed).sign(private_key, "base64url")}`;
}

function tokenFor(assertion: string): Promise<Response> {
  const body = new URLSearchParams({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion });
  return fetch(`${url}/google/token`, { method: "POST", body });
}

test("gives a token to whoever signs with an account's key, and Vertex AI takes no other", async () => {
  const account = simulator.googleTokens.serviceAccount(url);
  const stranger = simulator.googleTokens.serviceAccount(url);
  const { access_token } = (await (await tokenFor(assertionOf(account))).json()) as { access_token: string };
  const path = "/v1/projects/p/locations/us-central1/publishers/google/models/gemini-2.5-pro:generateContent";
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  expect((await ask(path, { contents: [HI] }, bearer(access_token))).status).toBe(200);
  expect((await ask(path, { contents: [HI] }, bearer("ya29.other"))).status).toBe(401);
  for (const refused of [
    assertionOf({ ...account, private_key: stranger.private_key }),
    assertionOf(account, { exp: 1 }),
    assertionOf(account, { scope: "email" }),
    assertionOf(account, { aud: "https://elsewhere.example" }),
  ])
    expect((await tokenFor(refused)).status).toBe(400);
  expect(simulator.googleTokens.count()).toBe(1);
});

test("serves Claude on Vertex AI as Messages without a model in the body", async () => {
  const account = simulator.googleTokens.serviceAccount(url);
  const { access_token } = (await (await tokenFor(assertionOf(account))).json()) as { access_token: string };
  const path = "/v1/projects/p/locations/global/publishers/anthropic/models/claude-sonnet-4-5:streamRawPredict";
  const body = {
    anthropic_version: "vertex-2023-10-16",
    max_tokens: 50,
    stream: true,
    messages: [{ role: "user", content: "Hi" }],
  };
  const headers = { authorization: `Bearer ${access_token}` };
  expect(await (await ask(path, body, headers)).text()).toContain("event: message_stop");
  expect((await ask(path, { ...body, model: "claude" }, headers)).status).toBe(400);
  expect((await ask(path, { ...body, anthropic_version: undefined }, headers)).status).toBe(400);
});
