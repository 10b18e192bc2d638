import type { SilentTarget } from "@understudy/config";
import { stableFraction } from "@understudy/runtime";

/**
 * Why a request is not mirrored at all: decided before admission. Every one is counted under its name. `paused`, `ended`: the
 * experiment is, by hand or by its date. `not_matched`: it is limited to others. `no_bridge`: the silent
 * model does not speak the API that the client spoke. `stateful`: the request leans on what only the primary's provider
 * holds. `client_aborted`: the client left before it had any answer.
 * `client_retry`: a client's own retry of a request that was looked at before. `not_taken`: too much was waiting for the gateway's
 * thread that mirrors, or that thread ended; the request was not looked at.
 */
export const SKIP_REASONS = [
  "paused",
  "ended",
  "not_matched",
  "no_bridge",
  "stateful",
  "not_sampled",
  "opted_out",
  "body_too_large",
  "client_aborted",
  "client_retry",
  "not_taken",
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** Why an admitted mirror has no outcome of its own: it was given up on its way. Counted under its name too. */
export const DROP_REASONS = [
  "queue_full",
  "buffer_full",
  "queue_unavailable",
  "spool_full",
  "shutdown",
  "bad_request_body",
  "unknown_silent_model",
  "budget_reached",
  "unreadable_job",
  "unsealed_job",
  "stalled",
  "body_expired",
  "unknown_queue_key",
  "deleted",
  "unstorable",
  "discarded",
] as const;
export type DropReason = (typeof DROP_REASONS)[number];

export interface MirrorQuestion {
  readonly target: SilentTarget;
  /** Model group whose deployment answered: the sample is drawn once for all silent models of it. */
  readonly primaryGroup: string;
  /** Why no request is mirrored for the experiment now. */
  readonly stopped: "paused" | "ended" | null;
  /** Whether the experiment is about this request. */
  readonly matched: boolean;
  /** Whether the silent model speaks the API that the client spoke. */
  readonly spoken: boolean;
  /** The request leans on what only the primary's provider holds. */
  readonly stateful: boolean;
  /** The id that sampling goes by: the client's own when it sent one, so that it can repeat a choice. */
  readonly samplingId: string;
  readonly bodyBytes: number;
  /** The client asked not to be mirrored. */
  readonly optedOut: boolean;
  /** The client left before it had any answer. */
  readonly clientAborted: boolean;
  /** The client tries again what it asked before. */
  readonly clientRetry: boolean;
}

/** The reason not to mirror, or null to mirror. Asked once for a request and silent model, whatever the attempts. */
export function reasonNotToMirror(question: MirrorQuestion): SkipReason | null {
  const { target } = question;
  if (question.stopped !== null) return question.stopped;
  if (!question.matched) return "not_matched";
  if (!question.spoken) return "no_bridge";
  if (question.optedOut) return "opted_out";
  if (question.clientAborted) return "client_aborted";
  if (question.clientRetry) return "client_retry";
  if (question.stateful) return "stateful";
  if (question.bodyBytes > target.maxBodyBytes) return "body_too_large";
  if (!isSampled(question)) return "not_sampled";
  return null;
}

/**
 * One draw a request for the whole primary group: a candidate at 10% sees requests that its control at 20% sees too, so that
 * both can be compared with the same answer of the primary's.
 */
function isSampled({ target, primaryGroup, samplingId }: MirrorQuestion): boolean {
  if (target.sampleRate >= 1) return true;
  if (target.sampleRate <= 0) return false;
  return stableFraction(`${primaryGroup} ${samplingId}`) < target.sampleRate;
}
