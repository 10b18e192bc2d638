import { APIS } from "@understudy/apis";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildRequest } from "./provider-request.ts";
import { testTarget } from "../targets/deployment.fixture.ts";
import type { ChatBody } from "./chat-body.ts";
import { withModel, type WrittenBody } from "./written-body.ts";

const value = (text: string): ChatBody => JSON.parse(text) as ChatBody;
const writtenBody = (text: string): WrittenBody => ({ text, bytes: Buffer.from(text), value: value(text) });

const renamed = (text: string, from = "group"): string | null =>
  withModel(Buffer.from(text), from, "gpt-4o")?.toString() ?? null;

describe("another model in the client's own bytes", () => {
  test.each([
    ['{"model":"group","n":1}', '{"model":"gpt-4o","n":1}'],
    ['{ "messages" : [], "model" :\n "group" }', '{ "messages" : [], "model" :\n "gpt-4o" }'],
    ['{"seed":12345678901234567890,"t":1.0,"model":"group"}', '{"seed":12345678901234567890,"t":1.0,"model":"gpt-4o"}'],
    ['{"messages":[{"content":"wörld 😀"}],"model":"group"}', '{"messages":[{"content":"wörld 😀"}],"model":"gpt-4o"}'],
    // Quoted with escapes the word is another one.
    [
      String.raw`{"messages":[{"content":"\"model\": \"x\""}],"model":"group"}`,
      String.raw`{"messages":[{"content":"\"model\": \"x\""}],"model":"gpt-4o"}`,
    ],
  ])("%s", (text, expected) => expect(renamed(text)).toBe(expected));

  test.each([
    ["twice", '{"model":"group","model":"other"}'],
    ["in a tool as well", '{"tools":[{"model":1}],"model":"group"}'],
    ["as a value too", '{"role":"model","model":"group"}'],
    ["once more in escapes", String.raw`{"\u006dodel":"other","model":"group"}`],
    ["not as it was read", String.raw`{"model":"gr\u006fup"}`],
    ["escaped", String.raw`{"model":"gr\/oup"}`],
    ["nowhere", '{"messages":[]}'],
    ["as another name", '{"model":"other"}'],
    ["as no text", '{"model":1}'],
    ["longer than any name", `{"model":"${"g".repeat(400)}"}`],
  ])("is not put in where the model stands %s", (_where, text) => {
    expect(renamed(text)).toBeNull();
  });

  test("changes nothing but the model, whatever the request holds", () => {
    const keys = fc.string().filter((key) => key !== "__proto__");
    const extra = fc.dictionary(keys, fc.jsonValue(), { maxKeys: 5 });
    let changed = 0;
    fc.assert(
      fc.property(extra, fc.string(), fc.integer({ min: 0, max: 4 }), (rest, model, indent) => {
        const text = JSON.stringify({ ...rest, model }, null, indent);
        const said = withModel(Buffer.from(text), model, "gpt-4o");
        changed += said === null ? 0 : 1;
        expect(JSON.parse(said?.toString() ?? text)).toEqual({
          ...(JSON.parse(text) as object),
          model: said === null ? model : "gpt-4o",
        });
      }),
    );
    expect(changed).toBeGreaterThan(0);
  });
});

describe("the body that a provider gets", () => {
  const text = '{"model":"group","seed":12345678901234567890,"messages":[]}';
  const built = (given: Parameters<typeof testTarget>[0], written = text): string =>
    builtFrom(writtenBody(written), given);
  const builtFrom = (written: WrittenBody, given: Parameters<typeof testTarget>[0]): string =>
    String(buildRequest(APIS.chat, testTarget(given), { body: written.value, requestedModel: "group", written }).body);

  test("is the client's own to the last digit", () => {
    expect(built({})).toBe('{"model":"gpt-4o","seed":12345678901234567890,"messages":[]}');
    expect(built({ dropParams: true, model: "openai/gpt-4o" })).toBe(built({}));
  });

  test("keeps the digits of all that the deployment has no say in", () => {
    const kept = '"seed":12345678901234567890,"messages":[]';
    expect(built({ defaults: { temperature: 0.5 } })).toBe(`{"model":"gpt-4o",${kept},"temperature":0.5}`);
    expect(built({ defaults: { seed: 1 } })).toBe(`{"model":"gpt-4o",${kept}}`);
    expect(built({ extraBody: { top_k: 3, messages: [1] } })).toBe(
      '{"model":"gpt-4o","seed":12345678901234567890,"messages":[1],"top_k":3}',
    );
    const filed = text.replace("{", '{"metadata":{"a":1},"litellm_metadata":{},');
    expect(built({}, filed)).toBe(`{"model":"gpt-4o",${kept}}`);
    const stored = text.replace("{", '{"store":true,"metadata":{"a":1.0},');
    expect(built({}, stored)).toBe(`{"store":true,"metadata":{"a":1.0},"model":"gpt-4o",${kept}}`);
  });

  test("is written anew where the deployment has a say in it", () => {
    expect(JSON.parse(built({ defaults: { temperature: 0.5 } }))).toMatchObject({ temperature: 0.5, model: "gpt-4o" });
    expect(JSON.parse(built({ extraBody: { top_k: 3 } }))).toMatchObject({ top_k: 3, model: "gpt-4o" });
    expect(JSON.parse(built({ additionalDropParams: ["seed"] }))).toEqual({ model: "gpt-4o", messages: [] });
  });

  test("is written anew where its bytes leave a doubt", () => {
    expect(built({}, '{"model":"other","model":"group"}')).toBe('{"model":"gpt-4o"}');
  });
});
