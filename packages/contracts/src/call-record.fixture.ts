import type { CallRecord } from "./call-record.ts";

/** Only for tests: a primary call that went well; `of` says how this one differs. */
export function sampleCallRecord(of: Partial<CallRecord> = {}): CallRecord {
  return {
    id: "call_1",
    request_id: "req_1",
    client_request_id: null,
    role: "primary",
    is_silent_experiment: false,
    operation: "chat",
    stream: false,
    status: "ok",
    model_group: "gpt-main",
    answered_by: "gpt-main",
    deployment: "d1",
    provider: "openai",
    model: "gpt-test",
    response_model: "gpt-test-1",
    system_fingerprint: null,
    timing: { started_at: 1_000, total_ms: 120, model_ms: 100, first_token_ms: null, queue_wait_ms: null },
    usage: { input_tokens: 10, output_tokens: 5, cached_tokens: 0, cache_write_tokens: 0, reasoning_tokens: 0 },
    cost_usd: 0.25,
    list_cost_usd: 0.25,
    answer: { text: "Hello", refusal: null, tool_calls: [], finish_reason: "stop", choices: 1 },
    skipped_events: 0,
    error: null,
    attempts: [],
    changes: [],
    ...of,
  };
}
