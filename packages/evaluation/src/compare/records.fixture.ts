import { sampleCallRecord } from "@understudy/contracts/fixture";
import type { Answer, Change, CallRecord } from "@understudy/contracts";

/** An answer that says `Hello.`, for tests; `changes` says how this one differs. */
export function sampleAnswer(changes: Partial<Answer> = {}): Answer {
  return { text: "Hello.", refusal: null, tool_calls: [], finish_reason: "stop", choices: 1, ...changes };
}

/** A call that went well, for tests. */
export function sampleRecord(changes: Partial<CallRecord> = {}): CallRecord {
  return sampleCallRecord({
    stream: true,
    timing: { started_at: 0, total_ms: 900, model_ms: 800, first_token_ms: 200, queue_wait_ms: null },
    usage: { input_tokens: 10, output_tokens: 20, cached_tokens: 0, cache_write_tokens: 0, reasoning_tokens: 0 },
    cost_usd: 0.5,
    list_cost_usd: 0.5,
    answer: sampleAnswer(),
    ...changes,
  });
}

export function recordSaying(text: string | null, changes: Partial<Answer> = {}): CallRecord {
  return sampleRecord({ answer: sampleAnswer({ text, ...changes }) });
}

export function recordWithout(...params: string[]): CallRecord {
  return sampleRecord({
    changes: params.map((param): Change => ({ param, action: "dropped", reason: "not supported" })),
  });
}
