import type { ChatBody, WrittenBody } from "@understudy/providers";
import type { ApiName, CallError, Caller, CallRecord, Role } from "@understudy/contracts";
import type { FinishedCall } from "./finished-call.ts";

export interface CallRequest {
  readonly requestId: string;
  readonly clientRequestId: string | null;
  readonly caller?: Caller | undefined;
  readonly role: Role;
  readonly operation: ApiName;
  /** Model name as the client wrote it; `group` is the model group it resolved to. */
  readonly requestedModel: string;
  readonly group: string;
  /** The request body, sanitised. Never changed by a call. */
  readonly body: ChatBody;
  /** What `body` was read from or made of, if it was written: all that is not edited goes out as it stands there. */
  readonly written?: WrittenBody | null;
  /** The client's headers that its API forwards to the provider. */
  readonly headers?: Readonly<Record<string, string>>;
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
  /**
   * Told of a deployment that has answered that a stream comes, before its first event is awaited; and with null where nothing
   * came of it and another deployment may be called.
   */
  readonly opening?: ((answer: AnswerHead | null) => void) | undefined;
  /** Set where the group's requests are being handed over to another. */
  readonly handover?: Handover | null;
}

/** Another model group that answers requests of the one that was asked, or may. */
export interface Handover {
  /** Model name that stands for it. */
  readonly model: string;
  readonly group: string;
  /** Whether it is called in the place of the group that was asked. */
  readonly leads: boolean;
  /** Whether the group that was asked answers what the other one and its fallbacks fail at. */
  readonly fallback: boolean;
}

/** How an answer begins: its status and headers. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Model group of the deployment that answers; null where none does. */
  readonly modelGroup: string | null;
}

/** A call that is being answered, or has failed for good. */
export interface Call {
  readonly id: string;
  /** HTTP status for the caller. */
  readonly status: number;
  /** The provider's, of its answer or of its error; none where it did not come to one. */
  readonly headers: Readonly<Record<string, string>>;
  /** Model group of the deployment that answers; null where none does. */
  readonly modelGroup: string | null;
  readonly stream: boolean;
  /** The whole answer, where it is here at once: a plain one. Whoever takes it need not read `body`. */
  readonly whole: Uint8Array | null;
  /** The answer's bytes as they arrive, one chunk unless streamed; empty after a failure. Read to the end, or leave. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Set when no deployment answered. */
  readonly error: CallError | null;
  /** With a failure, what the provider said, as JSON text for the client; null where the error is not the provider's. */
  errorText(): string | null;
  /** Milliseconds the provider asked to wait, with a failure. */
  readonly retryAfterMs: number | null;
  /** All that is known of the call, unread. Call it after `body` has ended, like the next. */
  finished(): FinishedCall;
  /** The complete record; the answer is read with the first call. */
  record(): CallRecord;
}
