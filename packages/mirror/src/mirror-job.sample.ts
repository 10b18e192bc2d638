import type { SilentTarget } from "@understudy/config";
import type { CallRecord } from "@understudy/router";
import { makeMirrorJob, type MirrorJob } from "./mirror-job.ts";

/** Only for tests: calls, targets and jobs that say what they are made of. */
export function primaryRecord(of: Partial<CallRecord> = {}): CallRecord {
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
    deployment: "main-1",
    provider: "openai",
    model: "gpt-main",
    response_model: "gpt-main-2026",
    system_fingerprint: null,
    timing: { started_at: 1_000, total_ms: 120, model_ms: 100, first_token_ms: null, queue_wait_ms: null },
    usage: { input_tokens: 10, output_tokens: 5, cached_tokens: 0, reasoning_tokens: 0 },
    cost_usd: 0.25,
    answer: { text: "Hello", refusal: null, tool_calls: [], finish_reason: "stop", choices: 1 },
    error: null,
    attempts: [],
    changes: [],
    ...of,
  };
}

export function silentTarget(of: Partial<SilentTarget> = {}): SilentTarget {
  return {
    experimentId: "exp-1",
    silentModel: "quiet",
    sampleRate: 1,
    maxBodyBytes: 1024 ** 2,
    maxJobAgeMs: 3_600_000,
    payloads: "full",
    retentionMs: 86_400_000,
    ...of,
  };
}

export const QUESTION = JSON.stringify({ model: "gpt-main", messages: [{ role: "user", content: "Say hello" }] });

/** A job named by its number: its request id, and with that its own id, follow from it. */
export function jobNumber(number: number, of: Partial<MirrorJob> = {}): MirrorJob {
  const primary = primaryRecord({ request_id: `req_${number}` });
  const target = silentTarget({ silentModel: of.silent_model ?? "quiet" });
  return { ...makeMirrorJob({ target, primaryGroup: "gpt-main", primary, request: QUESTION, now: 1_000 }), ...of };
}

export function jobNumbers(count: number, of: Partial<MirrorJob> = {}): readonly MirrorJob[] {
  return Array.from({ length: count }, (_, number) => jobNumber(number, of));
}
