import type { ApiName, Attempt, CallError, Caller, Change, Role } from "@understudy/contracts";
import type { Priced } from "@understudy/providers";
import type { Recording } from "../answer/tape.ts";

/**
 * A call that is over, as plain data: nothing of the answer is read yet. It survives a structured clone, so that to read
 * it can be another thread's work. `…At` are monotonic milliseconds of the thread that made the call.
 */
export interface FinishedCall {
  readonly id: string;
  readonly requestId: string;
  readonly clientRequestId: string | null;
  readonly caller?: Caller | undefined;
  readonly role: Role;
  readonly operation: ApiName;
  /** Whether a stream was asked for. */
  readonly stream: boolean;
  /** Model group that was asked for. */
  readonly group: string;
  readonly startedAt: number;
  /** Epoch milliseconds. */
  readonly startedWall: number;
  readonly attempts: readonly Attempt[];
  readonly ending: Ending;
  readonly recording: Recording;
}

/** How a call came to its end. */
export type Ending =
  | { readonly kind: "failed"; readonly error: CallError; readonly changes: readonly Change[] }
  | AnsweredEnding;

export interface AnsweredEnding {
  readonly kind: "answered";
  readonly by: Answerer;
  readonly startedAt: number;
  readonly changes: readonly Change[];
  /** Whether the provider's last byte arrived. */
  readonly ended: boolean;
  /** What broke the answer off, if anything did. */
  readonly cut: CallError | null;
}

/** Who answered, and what it is priced by. */
export interface Answerer extends Priced {
  readonly deploymentId: string;
  readonly modelGroup: string;
}
