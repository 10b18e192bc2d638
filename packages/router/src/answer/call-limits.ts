import type { Clock } from "@understudy/runtime";
import { CallAbortedError, CallTimeoutError } from "../transport/failure.ts";

export interface Limits {
  /** Whole answer, milliseconds. */
  readonly timeoutMs: number;
  /** To the first byte of a streamed answer, milliseconds; null is no limit of its own. */
  readonly firstByteTimeoutMs: number | null;
  /** The caller's wish to end. */
  readonly signal: AbortSignal | null;
}

/** One signal that ends an attempt, whichever comes first: the caller, the first-token clock, the total clock. */
export class CallLimits {
  readonly #ender = new AbortController();
  readonly #cancelTotal: () => void;
  #cancelFirstByte: () => void = () => undefined;
  readonly #stopListening: () => void;

  constructor(limits: Limits, clock: Clock) {
    const end = (reason: Error): void => this.#ender.abort(reason);
    const after = (phase: "first token" | "total", ms: number): (() => void) =>
      clock.after(ms, () => end(new CallTimeoutError(phase, ms)));
    this.#cancelTotal = after("total", limits.timeoutMs);
    const firstByteMs = limits.firstByteTimeoutMs;
    if (firstByteMs !== null) this.#cancelFirstByte = after("first token", firstByteMs);
    const onAbort = (): void => end(asAbort(limits.signal?.reason));
    if (limits.signal?.aborted === true) onAbort();
    limits.signal?.addEventListener("abort", onAbort, { once: true });
    this.#stopListening = () => limits.signal?.removeEventListener("abort", onAbort);
  }

  get signal(): AbortSignal {
    return this.#ender.signal;
  }

  firstByteArrived(): void {
    this.#cancelFirstByte();
  }

  /** Ends the call at once, from our side. */
  abort(reason: Error): void {
    this.#ender.abort(reason);
  }

  release(): void {
    this.#cancelTotal();
    this.#cancelFirstByte();
    this.#stopListening();
  }
}

function asAbort(reason: unknown): Error {
  return reason instanceof CallAbortedError || reason instanceof CallTimeoutError ? reason : new CallAbortedError();
}
