import { costUsd, type ReadAnswer, type Target, upstreamModel } from "@understudy/providers";
import type { CallRequest } from "./call.ts";
import type { Attempt, CallError, CallRecord, CallStatus, Timing } from "./call-record.ts";
import { thrownError } from "./failure.ts";
import type { Won } from "./group-attempts.ts";
import type { Tape } from "./tape.ts";

/** How a call came to its end. `cut` is what broke the answer off, if anything did. */
export type Ending =
  | { readonly kind: "failed"; readonly error: CallError }
  | { readonly kind: "answered"; readonly won: Won; readonly ended: boolean; readonly cut: unknown };

export interface RecordParts {
  readonly id: string;
  readonly request: CallRequest;
  /** Monotonic milliseconds. */
  readonly startedAt: number;
  /** Epoch milliseconds. */
  readonly startedWall: number;
  readonly attempts: readonly Attempt[];
  readonly ending: Ending;
  readonly tape: Tape;
}

export function writeRecord(parts: RecordParts): CallRecord {
  const { request, ending, tape } = parts;
  const won = ending.kind === "answered" ? ending.won : null;
  const read = won === null ? null : tape.read(won.stream);
  const { status, error } = judge(ending, read, tape);
  const target = won?.state.target ?? null;
  const usage = read?.usage ?? null;
  return {
    id: parts.id,
    request_id: request.requestId,
    client_request_id: request.clientRequestId,
    role: request.role,
    is_silent_experiment: request.role !== "primary",
    operation: "chat",
    stream: request.body["stream"] === true,
    status,
    model_group: request.group,
    answered_by: target?.deployment.modelGroup ?? null,
    ...identity(target, request),
    response_model: read?.response_model ?? null,
    system_fingerprint: read?.system_fingerprint ?? null,
    timing: timing(parts, won, read),
    usage,
    cost_usd: target === null || usage === null ? null : costUsd(target, usage, read?.response_model ?? null),
    answer: read?.answer ?? null,
    error,
    attempts: parts.attempts,
    changes: won?.changes ?? [],
  };
}

function identity(target: Target | null, request: CallRequest): Pick<CallRecord, "deployment" | "provider" | "model"> {
  if (target === null) return { deployment: null, provider: null, model: null };
  return {
    deployment: target.deployment.id,
    provider: target.provider,
    model: upstreamModel(target, request.requestedModel),
  };
}

function timing(parts: RecordParts, won: Won | null, read: ReadAnswer | null): Timing {
  const endedAt = parts.tape.endedAt();
  const offset = read?.first_token_offset ?? null;
  const firstTokenAt = offset === null ? null : parts.tape.arrivalOf(offset);
  return {
    started_at: parts.startedWall,
    total_ms: endedAt - parts.startedAt,
    model_ms: won === null ? null : endedAt - won.startedAt,
    first_token_ms: won === null || firstTokenAt === null ? null : firstTokenAt - won.startedAt,
    queue_wait_ms: null,
  };
}

/** Whether an answer that began is whole. */
function judge(ending: Ending, read: ReadAnswer | null, tape: Tape): { status: CallStatus; error: CallError | null } {
  if (ending.kind === "failed") return { status: "error", error: ending.error };
  if (ending.cut !== null) return { status: "partial", error: thrownError(ending.cut) };
  if (!ending.ended) {
    return { status: "partial", error: malformed("aborted", 499, "the client left before the answer had ended") };
  }
  if (tape.overflowed || read === null) return { status: "ok", error: null };
  if (read.stream_error !== null) return { status: "partial", error: malformed("malformed", 502, read.stream_error) };
  if (read.complete) return { status: "ok", error: null };
  return { status: "partial", error: malformed("malformed", 502, "the answer ended before it was whole, or is no valid JSON") };
}

function malformed(kind: "aborted" | "malformed", status: number, message: string): CallError {
  return { kind, status, message, type: null, code: null, param: null };
}
