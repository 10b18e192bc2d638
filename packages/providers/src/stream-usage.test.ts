import { APIS } from "@understudy/apis";
import { describe, expect, test } from "vitest";
import type { ChatBody } from "./request/chat-body.ts";
import { buildRequest } from "./request/provider-request.ts";
import { askForUsage } from "./stream-usage.ts";
import { testTarget } from "./targets/deployment.fixture.ts";

/** What a provider is sent for a client's text; null where it is not asked for usage. */
function sentFor(text: string, target = testTarget({})): string | null {
  const body = JSON.parse(text) as ChatBody;
  const asking = askForUsage(target, body, { text, bytes: Buffer.from(text), value: body });
  return asking === null ? null : String(buildRequest(APIS.chat, target, { ...asking, requestedModel: "group" }).body);
}

const ASKS = '"stream_options":{"include_usage":true}';

describe("a stream's usage is asked for", () => {
  test("in front of the client's own bytes, which stay as they are to the last digit and blank", () => {
    expect(sentFor('{ "seed":12345678901234567890, "stream" : true,"model":"group" }')).toBe(
      `{${ASKS}, "seed":12345678901234567890, "stream" : true,"model":"gpt-4o" }`,
    );
    expect(sentFor('\n {"model":"group","stream":true}')).toBe(`\n {${ASKS},"model":"gpt-4o","stream":true}`);
  });

  test("where the client says something else of its streams, beside that", () => {
    expect(sentFor('{"model":"group","stream":true,"stream_options":{"x":1}}')).toBe(
      '{"model":"gpt-4o","stream":true,"stream_options":{"x":1,"include_usage":true}}',
    );
    expect(sentFor('{"model":"group","stream":true,"stream_options":null}')).toBe(
      `{"model":"gpt-4o","stream":true,${ASKS}}`,
    );
  });

  test.each([
    ["with the key in a message", `{"model":"group","stream":true,"messages":[{"stream_options":{"a":1.0}}]}`],
    ["with the model twice", '{"model":"other","model":"group","stream":true}'],
    ["with keys in escapes", String.raw`{"model":"group","\u0073tream":true,"seed":1.0}`],
  ])("once, %s", (_how, text) => {
    const sent = JSON.parse(sentFor(text) ?? "null") as ChatBody;
    expect(sent).toEqual({
      ...(JSON.parse(text) as ChatBody),
      model: "gpt-4o",
      stream_options: { include_usage: true },
    });
  });

  test("no second time, and of no answer that is not streamed", () => {
    expect(sentFor('{"model":"group","stream":true,"stream_options":{"include_usage":true}}')).toBeNull();
    expect(sentFor('{"model":"group"}')).toBeNull();
  });
});
