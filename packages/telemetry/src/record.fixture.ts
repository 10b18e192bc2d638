import { sampleCallRecord } from "@understudy/contracts/fixture";
import type { Attempt, CallRecord } from "@understudy/contracts";

/** A primary call that went well, for tests; `changes` says how this one differs. */
export function sampleRecord(changes: Partial<CallRecord> = {}): CallRecord {
  return sampleCallRecord({
    client_request_id: "client-7",
    stream: true,
    model_group: "chat",
    answered_by: "chat",
    deployment: "dep-1",
    model: "gpt-4o-mini",
    response_model: "gpt-4o-mini-2024-07-18",
    timing: {
      started_at: STARTED_AT,
      total_ms: 812.345,
      model_ms: 800.04,
      first_token_ms: 210.06,
      queue_wait_ms: null,
    },
    usage: { input_tokens: 11, output_tokens: 7, cached_tokens: 2, cache_write_tokens: 0, reasoning_tokens: 1 },
    cost_usd: 0.0021,
    list_cost_usd: 0.0021,
    answer: { text: "The answer text.", refusal: null, tool_calls: [], finish_reason: "stop", choices: 1 },
    attempts: [GOOD_ATTEMPT],
    ...changes,
  });
}

const STARTED_AT = 1_700_000_000_000;

const GOOD_ATTEMPT: Attempt = {
  deployment: "dep-1",
  model_group: "chat",
  provider: "openai",
  started_at: STARTED_AT,
  duration_ms: 800.04,
  outcome: "ok",
  http_status: 200,
  message: null,
};

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
