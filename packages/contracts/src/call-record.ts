import type { ApiName } from "./api-name.ts";
import type { ErrorKind } from "./failures.ts";
import type { Answer, Change, Usage } from "./answer.ts";

/** Whose key a request came with, by the names that the configuration or a trusted proxy gives it; never the key. */
export interface Caller {
  readonly key_alias: string | null;
  readonly team: string | null;
}

/**
 * All that is known of one call. It crosses process boundaries as it is (queue, database, API, logs), so its keys are
 * the wire's snake_case, and every field survives JSON.
 */
export interface CallRecord {
  /** New for every call: `call_…`. */
  readonly id: string;
  readonly request_id: string;
  /** The client's own `x-request-id`, when it sent a valid one. */
  readonly client_request_id: string | null;
  /** Absent where that has no name: it came with the master key, or without one. A silent call has its primary's. */
  readonly caller?: Caller | undefined;
  readonly role: Role;
  readonly is_silent_experiment: boolean;
  readonly operation: ApiName;
  readonly stream: boolean;
  readonly status: CallStatus;
  /** Model group that was asked for. */
  readonly model_group: string;
  /** Model group that answered: another one after a fallback. Null when none did. */
  readonly answered_by: string | null;
  readonly deployment: string | null;
  readonly provider: string | null;
  /** Model name sent to the provider. */
  readonly model: string | null;
  readonly response_model: string | null;
  readonly system_fingerprint: string | null;
  readonly timing: Timing;
  readonly usage: Usage | null;
  /** USD; null when the price or the usage is unknown. */
  readonly cost_usd: number | null;
  /**
   * USD, were none of its input read from the provider's cache: what two models are fairly compared by, since the first
   * to be asked fills its cache for itself alone. Null when `cost_usd` is.
   */
  readonly list_cost_usd: number | null;
  readonly answer: Answer | null;
  /** Events of a streamed answer that were no part of it and were skipped, such as keep-alives in data lines. */
  readonly skipped_events: number;
  readonly error: CallError | null;
  readonly attempts: readonly Attempt[];
  readonly changes: readonly Change[];
}

/** `judge` and `embedding` are our own questions about a pair: part of no figure of the primary or the silent model. */
export type Role = "primary" | "silent" | "control" | "judge" | "embedding";

/** `partial`: an answer began and did not end (the client left, or the provider cut it). */
export type CallStatus = "ok" | "error" | "partial";

/** Milliseconds, except `started_at` (epoch milliseconds). */
export interface Timing {
  readonly started_at: number;
  /** From the first attempt's start to the end of the answer, as its API marks it; retries and their waits included. */
  readonly total_ms: number;
  /** From the answering attempt's start to the end of the answer: the model's own latency. */
  readonly model_ms: number | null;
  /** From the answering attempt's start to the first token; streamed answers only. */
  readonly first_token_ms: number | null;
  /** Time the job waited on the queue; silent calls only, and in no other figure. */
  readonly queue_wait_ms: number | null;
}

export interface CallError {
  readonly kind: ErrorKind;
  /** HTTP status a client sees for it. */
  readonly status: number;
  readonly message: string;
  readonly type: string | null;
  readonly code: string | null;
  readonly param: string | null;
  /**
   * Set where a silent call failed for a parameter that we sent along and that was ours to leave out: after as many rounds as
   * a call has, or because nothing was found to leave out. It says nothing of the model.
   */
  readonly our_adaptation?: "rounds_used_up" | "nothing_to_leave_out" | undefined;
}

/** One call of one deployment. */
export interface Attempt {
  readonly deployment: string;
  readonly model_group: string;
  readonly provider: string;
  readonly started_at: number;
  /** Milliseconds until it failed, or until its answer opened: first byte of a stream, whole body otherwise. */
  readonly duration_ms: number;
  readonly outcome: "ok" | CallError["kind"];
  readonly http_status: number | null;
  readonly message: string | null;
}
