/** What the threads tell each other. */
export interface Job {
  readonly name: string;
  readonly seed: number;
  readonly runs: number;
  /** One input alone: where fast-check found it. */
  readonly path?: string;
  /** No further input is begun after so long. */
  readonly timeLimitMs?: number;
}

export interface Failure {
  readonly seed: number;
  readonly path: string;
  readonly message: string;
  readonly input: string;
}

export interface Outcome {
  readonly ran: number;
  readonly failure: Failure | null;
}

/** Places in the shared progress: inputs begun, and which of them was the first to fail; -1 for none. */
export const STARTED = 0;
export const FAILED_AT = 1;
