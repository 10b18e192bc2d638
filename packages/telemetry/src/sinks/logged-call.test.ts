import { expect, test } from "vitest";
import { createRedactor } from "../redaction.ts";
import { samplePair, withRecord } from "./call-entry.fixture.ts";
import { prepareCall } from "./logged-call.ts";
import { createPatterns } from "./patterns.ts";
import { generationAttributes } from "./langfuse/langfuse-attributes.ts";
import { spanAttributes } from "./otel/gen-ai.ts";
import { standardPayload } from "./standard-payload.ts";

const prepared = (pattern: string) => {
  const error = { kind: "rate_limit", status: 429, message: "card 12345", type: "e", code: "e", param: null } as const;
  const attempt = { deployment: "d12345", model_group: "chat", provider: "openai", started_at: 1_700_000_000_000 };
  const entry = withRecord(samplePair(1).primary, {
    error,
    attempts: [{ ...attempt, duration_ms: 12_345, outcome: "rate_limit", http_status: 429, message: "card 12345" }],
    answer: {
      text: "card 12345",
      refusal: null,
      tool_calls: [{ name: "f", arguments: '{"card":12345}' }],
      finish_reason: "stop",
      choices: 1,
    },
  });
  const request = { ...entry.request, metadata: { card: 12_345, "card 12345": "x" }, seed: 12_345 };
  const patterns = createPatterns([pattern]);
  return prepareCall({ ...entry, request }, { secrets: createRedactor([]), patterns, text: true, keyInfo: true });
};

test("a pattern blanks out what clients and models wrote, and no time, count or id of ours", () => {
  const call = prepared("[0-9]{3,}");
  expect(call.record.answer).toEqual({
    text: "card [redacted]",
    refusal: null,
    tool_calls: [{ name: "f", arguments: '{"card":[redacted]}' }],
    finish_reason: "stop",
    choices: 1,
  });
  expect(call.record.error).toMatchObject({ status: 429, message: "card [redacted]" });
  expect(call.record.attempts).toMatchObject([
    { deployment: "d12345", started_at: 1_700_000_000_000, duration_ms: 12_345, message: "card [redacted]" },
  ]);
  expect(call.metadata).toEqual({ card: "[redacted]", "card [redacted]": "x" });
  expect(call.parameters).toMatchObject({ seed: "[redacted]" });
});

test("a pattern that matches our own names of fields leaves them", () => {
  const call = prepared("(?i)e|a|tool|messages|role");
  expect(Object.keys(call)).toEqual(Object.keys(prepared("nothing")));
  expect(Object.keys(call.record.answer ?? {})).toEqual(["text", "refusal", "tool_calls", "finish_reason", "choices"]);
  expect(call.record.attempts[0]).toMatchObject({ outcome: "rate_limit", provider: "openai" });
  expect(call.record.answer?.text).toBe("c[redacted]rd 12345");
});

test("whose key it was stands in each sink by LiteLLM's names, unless those are to be left out", () => {
  const entry = withRecord(samplePair(1).primary, { caller: { key_alias: "search", team: "growth" } });
  const call = (keyInfo: boolean) =>
    prepareCall(entry, { secrets: createRedactor([]), patterns: null, text: true, keyInfo });
  const named = call(true);
  const names = { user_api_key_alias: "search", user_api_key_team_id: "growth", user_api_key_team_alias: "growth" };
  expect(standardPayload(named)["metadata"]).toMatchObject(names);
  const attributes = { ...generationAttributes(named), ...spanAttributes(named, false) };
  expect(attributes).toMatchObject({
    "langfuse.observation.metadata.user_api_key_alias": "search",
    "langfuse.observation.metadata.user_api_key_team_alias": "growth",
    "metadata.user_api_key_alias": "search",
    "metadata.user_api_key_team_id": "growth",
  });
  const unnamed = call(false);
  const all = [standardPayload(unnamed), generationAttributes(unnamed), spanAttributes(unnamed, false)];
  expect(JSON.stringify(all)).not.toMatch(/user_api_key|search|growth/);
});
