import type { LoggedCall } from "./logged-call.ts";

/**
 * A place where call records are logged. It writes when it is told to and keeps nothing of its own accord: waiting,
 * trying again and giving up are its buffer's.
 */
export interface Sink<Item = LoggedCall> {
  /**
   * Resolves when every call has arrived. Rejects when that is not certain: with `RefusedError` where trying again
   * cannot help, with `UnwrittenError` where only some are missing. Written twice, a call must still be there once,
   * where the place allows it. `signal` aborts when nobody waits any more.
   */
  write(items: readonly Item[], signal: AbortSignal): Promise<void>;
  /** Gives back what is held open. Called once, after the last `write` has ended. */
  close(): Promise<void>;
}

/** The place will not take these calls, however often it is asked. */
export class RefusedError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "RefusedError";
  }
}

/** Some calls have not arrived; the others have. */
export class UnwrittenError extends Error {
  readonly unwritten: readonly unknown[];

  constructor(unwritten: readonly unknown[], cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = "UnwrittenError";
    this.unwritten = unwritten;
  }
}

/** Why a call is missing from a sink. */
export const SINK_DROP_REASONS = ["buffer_full", "refused", "gave_up", "shutdown", "unpreparable"] as const;
export type SinkDropReason = (typeof SINK_DROP_REASONS)[number];

export interface SinkState {
  readonly name: string;
  /** `failing`: the last try did not work; its calls wait for the next. */
  readonly state: "ok" | "failing";
  /** Calls that wait in memory. */
  readonly held: number;
  readonly written: number;
  /** Tries that failed. */
  readonly failures: number;
  readonly dropped: Readonly<Partial<Record<SinkDropReason, number>>>;
  /** Of the last failed try, without secrets; null when the last try worked. */
  readonly error: string | null;
}

/** How a buffer treats its sink. Milliseconds and bytes; bytes are those of request and answer, as they came. */
export interface SinkLimits {
  /** Calls, and their bytes, that may wait in memory; further ones are dropped. */
  readonly maxHeld: number;
  readonly maxHeldBytes: number;
  readonly batchCalls: number;
  readonly batchBytes: number;
  /** How long a call may wait for others to share its batch. */
  readonly gatherMs: number;
  /** Tries of one batch before it is given up. */
  readonly tries: number;
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** For one try. */
  readonly timeoutMs: number;
}

const MIB = 1024 ** 2;

export const USUAL_LIMITS: SinkLimits = {
  maxHeld: 10_000,
  maxHeldBytes: 64 * MIB,
  batchCalls: 100,
  batchBytes: MIB,
  gatherMs: 500,
  tries: 8,
  firstWaitMs: 500,
  longestWaitMs: 30_000,
  timeoutMs: 30_000,
};

/** A sink that may be opened: by what name, for which calls, how. */
export interface SinkSpec<Item = LoggedCall> {
  readonly name: string;
  readonly calls: { readonly success: boolean; readonly failure: boolean };
  readonly limits: SinkLimits;
  /** Loads what the sink is made of, and opens it. Tried again when it fails, like a write. */
  readonly open: () => Promise<Sink<Item>>;
}

/** What waits for a sink. */
export interface Held<Item> {
  readonly bytes: number;
  /** Made when it is first written; null when it cannot be. */
  prepared(): Item | null;
}
