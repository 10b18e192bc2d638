import { costUsd, readAnswer, readEmbeddingsAnswer, readStream, type ReadAnswer } from "@understudy/providers";
import { roundMs } from "@understudy/runtime";
import type { CallError, CallRecord, CallStatus, Timing } from "./call-record.ts";
import type { Answerer, Ending, FinishedCall } from "./finished-call.ts";
import { arrivalOf } from "./tape.ts";

type Answered = Extract<Ending, { kind: "answered" }>;

/** Reads a call that is over into its record: what was said, what it used and cost, and how it ended. */
export function recordOf(call: FinishedCall): CallRecord {
  const answered = call.ending.kind === "answered" ? call.ending : null;
  const read = answered === null ? null : readRecording(call, answered);
  return {
    id: call.id,
    request_id: call.requestId,
    client_request_id: call.clientRequestId,
    role: call.role,
    is_silent_experiment: call.role === "silent" || call.role === "control",
    operation: call.operation,
    stream: call.stream,
    ...judge(call, read),
    model_group: call.group,
    ...answering(answered?.by ?? null),
    timing: timing(call, answered, read),
    ...contents(read),
    ...costs(answered?.by ?? null, read),
    attempts: call.attempts,
    changes: answered?.changes ?? [],
  };
}

function readRecording({ recording, operation }: FinishedCall, { streamed }: Answered): ReadAnswer | null {
  const { bytes } = recording;
  if (bytes === null) return null;
  if (streamed) return readStream(bytes);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  return operation === "embeddings" ? readEmbeddingsAnswer(text) : readAnswer(text);
}

/** Who answered. */
function answering(by: Answerer | null): Pick<CallRecord, "answered_by" | "deployment" | "provider" | "model"> {
  if (by === null) return { answered_by: null, deployment: null, provider: null, model: null };
  return { answered_by: by.modelGroup, deployment: by.deploymentId, provider: by.provider, model: by.model };
}

/** What the answer says. */
function contents(
  read: ReadAnswer | null,
): Pick<CallRecord, "usage" | "answer" | "response_model" | "system_fingerprint"> {
  if (read === null) return { usage: null, answer: null, response_model: null, system_fingerprint: null };
  const { usage, answer, response_model, system_fingerprint } = read;
  return { usage, answer, response_model, system_fingerprint };
}

function costs(by: Answerer | null, read: ReadAnswer | null): Pick<CallRecord, "cost_usd" | "list_cost_usd"> {
  if (by === null || read === null || read.usage === null) return { cost_usd: null, list_cost_usd: null };
  const { usage, response_model } = read;
  const billed = costUsd(by, usage, response_model);
  // A price is looked up in microseconds, and most calls read nothing from a cache.
  const uncached = usage.cached_tokens === 0;
  return {
    cost_usd: billed,
    list_cost_usd: uncached ? billed : costUsd(by, { ...usage, cached_tokens: 0 }, response_model),
  };
}

function timing(
  { recording, startedAt, startedWall }: FinishedCall,
  answered: Answered | null,
  read: ReadAnswer | null,
): Timing {
  const { endedAt } = recording;
  const offset = read?.first_token_offset ?? null;
  const firstTokenAt = offset === null ? null : arrivalOf(recording, offset);
  return {
    started_at: startedWall,
    total_ms: roundMs(endedAt - startedAt),
    model_ms: answered === null ? null : roundMs(endedAt - answered.startedAt),
    first_token_ms: answered === null || firstTokenAt === null ? null : roundMs(firstTokenAt - answered.startedAt),
    queue_wait_ms: null,
  };
}

/** Whether an answer that began is whole. */
function judge(
  { ending, operation, recording }: FinishedCall,
  read: ReadAnswer | null,
): { status: CallStatus; error: CallError | null } {
  if (ending.kind === "failed") return { status: "error", error: ending.error };
  // Clients hang up at a stream's end mark, and providers do: what came before it is the whole answer.
  const said = read?.answer !== null || operation === "embeddings";
  if (read?.complete === true && said) return { status: "ok", error: null };
  if (ending.cut !== null) return { status: "partial", error: ending.cut };
  if (!ending.ended) {
    return { status: "partial", error: broken("aborted", 499, "the client left before the answer had ended") };
  }
  if (recording.bytes === null || read === null) return { status: "ok", error: null };
  return { status: "partial", error: broken("malformed", 502, read.stream_error ?? faultOf(read)) };
}

function faultOf(read: ReadAnswer): string {
  return read.complete ? "the answer holds no choice" : "the answer ended before it was whole, or is no valid JSON";
}

function broken(kind: "aborted" | "malformed", status: number, message: string): CallError {
  return { kind, status, message, type: null, code: null, param: null };
}
