import type { Answer, CallRecord, ExperimentKey } from "@understudy/contracts";
import { sampleCallRecord } from "@understudy/contracts/fixture";

import type { Pair, Retention } from "./pair.ts";

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
  const timing = { started_at: 1_000, total_ms: 120, model_ms: 100, first_token_ms: 40, queue_wait_ms: null };
  return sampleCallRecord({ timing, answer: saidHello, ...of });
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
