import type { ChatBody, WrittenBody } from "@understudy/providers";
import type { CallError, CallRecord, Operation, Role } from "./call-record.ts";
import type { FinishedCall } from "./finished-call.ts";

export interface CallRequest {
  readonly requestId: string;
  readonly clientRequestId: string | null;
  readonly role: Role;
  /** Chat unless said. */
  readonly operation?: Operation;
  /** Model name as the client wrote it; `group` is the model group it resolved to. */
  readonly requestedModel: string;
  readonly group: string;
  /** The request body, sanitised. Never changed by a call. */
  readonly body: ChatBody;
  /** The bytes that `body` was read from; absent where it says less than they do. */
  readonly written?: WrittenBody | null;
  /** Ends the call when the caller leaves. */
  readonly signal: AbortSignal | null;
  /** Milliseconds for one attempt; null uses the deployment's and the router's. */
  readonly timeoutMs: number | null;
  /**
   * False: one try of this group and nothing else. For silent calls: the queue retries them, and another group must
   * never answer in the silent model's name.
   */
  readonly persist: boolean;
  /** W3C trace context for the provider; absent sends none. */
  readonly traceparent?: string | null;
}

/** A call that is being answered, or has failed for good. */
export interface Call {
  readonly id: string;
  /** HTTP status for the caller. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly stream: boolean;
  /** The whole answer, where it is here at once: a plain one. Whoever takes it need not read `body`. */
  readonly whole: Uint8Array | null;
  /** The answer's bytes as they arrive, one chunk unless streamed; empty after a failure. Read to the end, or leave. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Set when no deployment answered. */
  readonly error: CallError | null;
  /** Milliseconds the provider asked to wait, with a failure. */
  readonly retryAfterMs: number | null;
  /** All that is known of the call, unread. Call it after `body` has ended, like the next. */
  finished(): FinishedCall;
  /** The complete record; the answer is read with the first call. */
  record(): CallRecord;
}
