import { costUsd, type ReadAnswer } from "@understudy/providers";
import { roundMs } from "@understudy/runtime";
import type { CallRequest } from "./call.ts";
import type { Attempt, CallError, CallRecord, CallStatus, Operation, Timing } from "./call-record.ts";
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
  const read = won === null ? null : tape.read(won.stream ? "stream" : operationOf(request));
  return {
    id: parts.id,
    request_id: request.requestId,
    client_request_id: request.clientRequestId,
    role: request.role,
    is_silent_experiment: request.role === "silent" || request.role === "control",
    operation: operationOf(request),
    stream: request.body["stream"] === true,
    ...judge(parts, read),
    model_group: request.group,
    ...answering(won),
    timing: timing(parts, won, read),
    ...contents(read),
    ...costs(won, read),
    attempts: parts.attempts,
    changes: won?.changes ?? [],
  };
}

function operationOf({ operation = "chat" }: CallRequest): Operation {
  return operation;
}

/** Who answered. */
function answering(won: Won | null): Pick<CallRecord, "answered_by" | "deployment" | "provider" | "model"> {
  if (won === null) return { answered_by: null, deployment: null, provider: null, model: null };
  const { deployment, provider } = won.state.target;
  return { answered_by: deployment.modelGroup, deployment: deployment.id, provider, model: won.model };
}

/** What the answer says. */
function contents(
  read: ReadAnswer | null,
): Pick<CallRecord, "usage" | "answer" | "response_model" | "system_fingerprint"> {
  if (read === null) return { usage: null, answer: null, response_model: null, system_fingerprint: null };
  const { usage, answer, response_model, system_fingerprint } = read;
  return { usage, answer, response_model, system_fingerprint };
}

function costs(won: Won | null, read: ReadAnswer | null): Pick<CallRecord, "cost_usd" | "list_cost_usd"> {
  if (won === null || read === null || read.usage === null) return { cost_usd: null, list_cost_usd: null };
  const { usage, response_model } = read;
  const { provider, deployment } = won.state.target;
  const priced = { provider, model: won.model, price: deployment.price, baseModel: deployment.baseModel };
  const billed = costUsd(priced, usage, response_model);
  // A price is looked up in microseconds, and most calls read nothing from a cache.
  const uncached = usage.cached_tokens === 0;
  return {
    cost_usd: billed,
    list_cost_usd: uncached ? billed : costUsd(priced, { ...usage, cached_tokens: 0 }, response_model),
  };
}

function timing(parts: RecordParts, won: Won | null, read: ReadAnswer | null): Timing {
  const endedAt = parts.tape.endedAt();
  const offset = read?.first_token_offset ?? null;
  const firstTokenAt = offset === null ? null : parts.tape.arrivalOf(offset);
  return {
    started_at: parts.startedWall,
    total_ms: roundMs(endedAt - parts.startedAt),
    model_ms: won === null ? null : roundMs(endedAt - won.startedAt),
    first_token_ms: won === null || firstTokenAt === null ? null : roundMs(firstTokenAt - won.startedAt),
    queue_wait_ms: null,
  };
}

/** Whether an answer that began is whole. */
function judge(
  { ending, request, tape }: RecordParts,
  read: ReadAnswer | null,
): { status: CallStatus; error: CallError | null } {
  if (ending.kind === "failed") return { status: "error", error: ending.error };
  // Clients hang up at a stream's end mark, and providers do: what came before it is the whole answer.
  const said = read?.answer !== null || request.operation === "embeddings";
  if (read?.complete === true && said) return { status: "ok", error: null };
  if (ending.cut !== null) return { status: "partial", error: thrownError(ending.cut) };
  if (!ending.ended) {
    return { status: "partial", error: broken("aborted", 499, "the client left before the answer had ended") };
  }
  if (tape.overflowed || read === null) return { status: "ok", error: null };
  return { status: "partial", error: broken("malformed", 502, read.stream_error ?? faultOf(read)) };
}

function faultOf(read: ReadAnswer): string {
  return read.complete ? "the answer holds no choice" : "the answer ended before it was whole, or is no valid JSON";
}

function broken(kind: "aborted" | "malformed", status: number, message: string): CallError {
  return { kind, status, message, type: null, code: null, param: null };
}
