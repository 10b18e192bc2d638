import { costUsd, countsThinkingInTotal } from "@understudy/providers";
import { APIS } from "@understudy/apis";
import {
  type ReadAnswer,
  type CallError,
  type CallRecord,
  type CallStatus,
  type Timing,
  FAILURES,
} from "@understudy/contracts";
import { roundMs } from "@understudy/runtime";
import { errorInside } from "../transport/failure.ts";
import type { AnsweredEnding, Answerer, FinishedCall } from "./finished-call.ts";
import { arrivalOf } from "../answer/tape.ts";

/** Reads a call that is over into its record: what was said, what it used and cost, and how it ended. */
export function recordOf(call: FinishedCall): CallRecord {
  const answered = call.ending.kind === "answered" ? call.ending : null;
  const read = answered === null ? null : readRecording(call, answered);
  return {
    id: call.id,
    request_id: call.requestId,
    client_request_id: call.clientRequestId,
    ...(call.caller === undefined ? {} : { caller: call.caller }),
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
    changes: call.ending.changes,
  };
}

function readRecording({ recording, operation }: FinishedCall, { by }: AnsweredEnding): ReadAnswer | null {
  const { bytes } = recording;
  return bytes === null ? null : APIS[operation].read(bytes, countsThinkingInTotal(by.provider));
}

/** Who answered. */
function answering(by: Answerer | null): Pick<CallRecord, "answered_by" | "deployment" | "provider" | "model"> {
  if (by === null) return { answered_by: null, deployment: null, provider: null, model: null };
  return { answered_by: by.modelGroup, deployment: by.deploymentId, provider: by.provider, model: by.model };
}

/** What the answer says. */
function contents(
  read: ReadAnswer | null,
): Pick<CallRecord, "usage" | "answer" | "response_model" | "system_fingerprint" | "skipped_events"> {
  const nothing = { usage: null, answer: null, response_model: null, system_fingerprint: null, skipped_events: 0 };
  if (read === null) return nothing;
  const { usage, answer, response_model, system_fingerprint, skipped_events } = read;
  return { usage, answer, response_model, system_fingerprint, skipped_events };
}

function costs(by: Answerer | null, read: ReadAnswer | null): Pick<CallRecord, "cost_usd" | "list_cost_usd"> {
  if (by === null || read === null || read.usage === null) return { cost_usd: null, list_cost_usd: null };
  const { usage, response_model } = read;
  const billed = costUsd(by, usage, response_model);
  // A price is looked up in microseconds, and most calls have nothing to do with a cache.
  const uncached = usage.cached_tokens === 0 && usage.cache_write_tokens === 0;
  return {
    cost_usd: billed,
    list_cost_usd: uncached
      ? billed
      : costUsd(by, { ...usage, cached_tokens: 0, cache_write_tokens: 0 }, response_model),
  };
}

function timing(
  { recording, startedAt, startedWall }: FinishedCall,
  answered: AnsweredEnding | null,
  read: ReadAnswer | null,
): Timing {
  // A provider may hold the connection open long after it has said its last word.
  const endedAt = (read?.complete === true ? arrivalOf(recording, read.end_offset) : null) ?? recording.endedAt;
  const firstTokenAt = arrivalOf(recording, read?.first_token_offset ?? null);
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
  { ending, recording }: FinishedCall,
  read: ReadAnswer | null,
): { status: CallStatus; error: CallError | null } {
  if (ending.kind === "failed") return { status: "error", error: ending.error };
  // Clients hang up at a stream's end mark, and providers do: what came before it is the whole answer.
  if (read?.complete === true && read.answer !== null) return { status: "ok", error: null };
  if (typeof read?.error_body === "string") return { status: "partial", error: errorInside(read.error_body) };
  if (ending.cut !== null) return { status: "partial", error: ending.cut };
  if (!ending.ended) {
    return { status: "partial", error: broken("aborted", "the client left before the answer had ended") };
  }
  if (recording.bytes === null || read === null) return { status: "ok", error: null };
  return { status: "partial", error: broken("malformed", faultOf(read)) };
}

function faultOf(read: ReadAnswer): string {
  return read.complete ? "the answer holds no choice" : "the answer ended before it was whole, or is no valid JSON";
}

function broken(kind: "aborted" | "malformed", message: string): CallError {
  return { kind, status: FAILURES[kind].status, message, type: null, code: null, param: null };
}
