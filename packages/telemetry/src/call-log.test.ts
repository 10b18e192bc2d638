import type { CallRecord } from "@understudy/contracts";
import { expect, test } from "vitest";
import { type CallLogContext, logCall } from "./call-log.ts";
import { captureStream } from "./captured-stream.fixture.ts";
import { createLogger } from "./logger.ts";
import { sampleRecord, sampleSilentRecord } from "./record.fixture.ts";

const onePair: CallLogContext = { pairIds: ["pair_1"], experiments: ["exp_1"], logText: false };
const unmirrored: CallLogContext = { pairIds: [], experiments: [], logText: false };

async function logged(record: CallRecord, context: CallLogContext): Promise<Record<string, unknown>> {
  const captured = captureStream();
  const logger = createLogger({ service: "gateway", stream: captured.stream });
  logCall(logger, record, context);
  await logger.close();
  const [entry, ...more] = captured.entries();
  expect(more).toEqual([]);
  return entry ?? {};
}

test("a call that is no chat says what it is", async () => {
  const entry = await logged(sampleRecord({ operation: "embeddings", answer: null }), unmirrored);
  expect(entry).toMatchObject({ message: "primary call ok", operation: "embeddings", pair_id: null });
  expect(await logged(sampleRecord(), unmirrored)).not.toHaveProperty("operation");
});

test("a primary call that went well", async () => {
  const { time, ...entry } = await logged(sampleRecord(), onePair);
  expect(time).toMatch(/Z$/);
  expect(entry).toEqual({
    level: "info",
    service: "gateway",
    message: "primary call ok",
    call_id: "call_1",
    pair_id: "pair_1",
    role: "primary",
    is_silent_experiment: false,
    experiment: "exp_1",
    request_id: "req_1",
    client_request_id: "client-7",
    model_group: "chat",
    answered_by: "chat",
    deployment: "dep-1",
    provider: "openai",
    model: "gpt-4o-mini",
    response_model: "gpt-4o-mini-2024-07-18",
    status: "ok",
    http_status: 200,
    stream: true,
    total_ms: 812.3,
    model_ms: 800,
    first_token_ms: 210.1,
    queue_wait_ms: null,
    input_tokens: 11,
    output_tokens: 7,
    cached_tokens: 2,
    cache_write_tokens: 0,
    reasoning_tokens: 1,
    cost_usd: 0.0021,
    list_cost_usd: 0.0021,
    finish_reason: "stop",
    tool_calls: 0,
    error_kind: null,
    error: null,
    attempts: [{ deployment: "dep-1", outcome: "ok", http_status: 200, ms: 800 }],
    changes: [],
  });
});

test("a silent call carries its pair, its flag, its wait and its changes", async () => {
  expect(await logged(sampleSilentRecord(), onePair)).toMatchObject({
    level: "info",
    message: "silent call ok",
    pair_id: "pair_1",
    role: "silent",
    is_silent_experiment: true,
    queue_wait_ms: 1500,
    first_token_ms: null,
    tool_calls: 1,
    changes: ["dropped seed"],
  });
});

test("a call that was not mirrored has no pair; one mirrored twice names both", async () => {
  const alone = await logged(sampleRecord(), unmirrored);
  expect(alone).toMatchObject({ pair_id: null, experiment: null });
  expect(alone).not.toHaveProperty("pair_ids");
  expect(
    await logged(sampleRecord(), { pairIds: ["pair_1", "pair_2"], experiments: ["exp_1", "exp_2"], logText: false }),
  ).toMatchObject({
    pair_id: "pair_1",
    pair_ids: ["pair_1", "pair_2"],
    experiment: "exp_1",
    experiments: ["exp_1", "exp_2"],
  });
});

test("a failed call says why and lists its attempts", async () => {
  const [attempt] = sampleRecord().attempts;
  if (attempt === undefined) throw new Error("the sample has one attempt");
  const failed = sampleSilentRecord({
    status: "error",
    answer: null,
    usage: null,
    cost_usd: null,
    error: {
      kind: "rate_limit",
      status: 429,
      message: `slow down, ${"please ".repeat(200)}`,
      type: null,
      code: null,
      param: null,
    },
    attempts: [
      { ...attempt, outcome: "timeout", http_status: null, message: "prompt text quoted by the provider" },
      { ...attempt, outcome: "rate_limit", http_status: 429, duration_ms: 12.34 },
    ],
  });
  const entry = await logged(failed, onePair);
  expect(entry).toMatchObject({
    level: "warn",
    message: "silent call failed",
    status: "error",
    http_status: 429,
    error_kind: "rate_limit",
    finish_reason: null,
    tool_calls: null,
    input_tokens: null,
    attempts: [
      { deployment: "dep-1", outcome: "timeout", http_status: null, ms: 800 },
      { deployment: "dep-1", outcome: "rate_limit", http_status: 429, ms: 12.3 },
    ],
  });
  expect(String(entry["error"]).length).toBeLessThanOrEqual(501);
  expect(JSON.stringify(entry)).not.toContain("prompt text");
});

test("a call that was cut short is a warning; one that was never attempted has no HTTP status", async () => {
  expect(await logged(sampleRecord({ status: "partial" }), onePair)).toMatchObject({
    level: "warn",
    message: "primary call cut short",
    status: "partial",
  });
  expect(await logged(sampleRecord({ attempts: [] }), onePair)).toMatchObject({ http_status: null, attempts: [] });
});

test("answers are written only when asked for", async () => {
  const primary = sampleRecord();
  const silent = sampleSilentRecord();
  const quiet = JSON.stringify([await logged(primary, onePair), await logged(silent, onePair)]);
  expect(quiet).not.toContain("The answer text");
  expect(quiet).not.toContain("A-77");
  expect(quiet).not.toContain("find_order");

  const aloud = { ...onePair, logText: true };
  expect(await logged(primary, aloud)).toMatchObject({ answer_text: "The answer text.", tool_calls: 0 });
  expect(await logged(silent, aloud)).toMatchObject({
    answer_text: null,
    tool_calls: 1,
    answer_tool_calls: [{ name: "find_order", arguments: '{"order":"A-77"}' }],
  });
});
