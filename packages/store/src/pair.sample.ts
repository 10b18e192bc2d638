import type { Answer } from "@understudy/providers";
import type { CallRecord } from "@understudy/router";

import type { Pair, Retention } from "./pair.ts";
import type { ExperimentKey } from "./store.ts";

/** Only for tests: pairs that say what they are made of. */
export const experiment: ExperimentKey = { id: "exp-1", primary: "gpt-main", silent: "cheap-model" };
export const DAY_MS = 86_400_000;
export const keepAll: Retention = { payloads: "full", retentionMs: DAY_MS };
export const keepFigures: Retention = { payloads: "metrics_only", retentionMs: DAY_MS };

export const saidHello: Answer = {
  text: "Hello",
  refusal: "no",
  tool_calls: [{ name: "look_up", arguments: '{"word":"hello"}' }],
  finish_reason: "stop",
  choices: 1,
};
export const saidNothing: Answer = { ...saidHello, text: null, refusal: null, tool_calls: [] };

export function callRecord(of: Partial<CallRecord> = {}): CallRecord {
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
    timing: { started_at: 1_000, total_ms: 120, model_ms: 100, first_token_ms: 40, queue_wait_ms: null },
    usage: { input_tokens: 10, output_tokens: 5, cached_tokens: 0, reasoning_tokens: 0 },
    cost_usd: 0.25,
    answer: saidHello,
    error: null,
    attempts: [],
    changes: [],
    ...of,
  };
}

/** A pair named by its number: its id, its request and its time follow from it. */
export function pairNumber(number: number, of: Partial<Pair> = {}): Pair {
  const request_id = `req_${number}`;
  return {
    id: `pair_${number}`,
    experiment: experiment.id,
    request_id,
    silent_model: experiment.silent,
    outcome: "paired",
    reason: null,
    created_at: 1_000_000 + number,
    primary: callRecord({ request_id }),
    silent: callRecord({ request_id, id: "call_2", role: "silent", is_silent_experiment: true }),
    request: { model: "gpt-main", messages: [{ role: "user", content: "Say hello" }] },
    comparison: { comparable: true, length_ratio: 1.5 },
    ...of,
  };
}
