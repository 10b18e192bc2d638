import type { CallRecord } from "@understudy/router";

/** A primary call that went well, for tests; `changes` says how this one differs. */
export function sampleRecord(changes: Partial<CallRecord> = {}): CallRecord {
  return {
    id: "call_1",
    request_id: "req_1",
    client_request_id: "client-7",
    role: "primary",
    is_silent_experiment: false,
    operation: "chat",
    stream: true,
    status: "ok",
    model_group: "chat",
    answered_by: "chat",
    deployment: "dep-1",
    provider: "openai",
    model: "gpt-4o-mini",
    response_model: "gpt-4o-mini-2024-07-18",
    system_fingerprint: null,
    timing: {
      started_at: 1_700_000_000_000,
      total_ms: 812.345,
      model_ms: 800.04,
      first_token_ms: 210.06,
      queue_wait_ms: null,
    },
    usage: { input_tokens: 11, output_tokens: 7, cached_tokens: 2, reasoning_tokens: 1 },
    cost_usd: 0.0021,
    answer: { text: "The answer text.", refusal: null, tool_calls: [], finish_reason: "stop", choices: 1 },
    error: null,
    attempts: [
      {
        deployment: "dep-1",
        model_group: "chat",
        provider: "openai",
        started_at: 1_700_000_000_000,
        duration_ms: 800.04,
        outcome: "ok",
        http_status: 200,
        message: null,
      },
    ],
    changes: [],
    ...changes,
  };
}

/** A silent call that waited 1.5 s on the queue and called one tool. */
export function sampleSilentRecord(changes: Partial<CallRecord> = {}): CallRecord {
  const primary = sampleRecord();
  return {
    ...primary,
    id: "call_2",
    role: "silent",
    is_silent_experiment: true,
    model_group: "candidate",
    answered_by: "candidate",
    deployment: "dep-2",
    provider: "anthropic",
    stream: false,
    timing: { ...primary.timing, first_token_ms: null, queue_wait_ms: 1500 },
    answer: {
      text: null,
      refusal: null,
      tool_calls: [{ name: "find_order", arguments: '{"order":"A-77"}' }],
      finish_reason: "tool_calls",
      choices: 1,
    },
    changes: [{ param: "seed", action: "dropped", reason: "not supported" }],
    ...changes,
  };
}
