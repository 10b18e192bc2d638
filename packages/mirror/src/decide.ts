import type { SilentTarget } from "@understudy/config";
import type { Operation } from "@understudy/router";
import { stableFraction } from "@understudy/runtime";

/**
 * Why a request is not mirrored at all: decided before admission. Every one is counted under its name. `not_chat`: what
 * two models make of a text in numbers of their own cannot be compared. `not_taken`: too much was waiting for the gateway's thread that mirrors,
 * or that thread ended; the request was not looked at.
 */
export const SKIP_REASONS = ["not_chat", "not_sampled", "opted_out", "body_too_large", "not_taken"] as const;
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
  "stalled",
  "body_expired",
  "unknown_queue_key",
] as const;
export type DropReason = (typeof DROP_REASONS)[number];

export interface MirrorQuestion {
  readonly target: SilentTarget;
  readonly operation: Operation;
  /** The id that sampling goes by: the client's own when it sent one, so that it can repeat a choice. */
  readonly samplingId: string;
  readonly bodyBytes: number;
  /** The client asked not to be mirrored. */
  readonly optedOut: boolean;
}

/** The reason not to mirror, or null to mirror. Asked once for a request and silent model, whatever the attempts. */
export function reasonNotToMirror(question: MirrorQuestion): SkipReason | null {
  const { target } = question;
  if (question.operation !== "chat") return "not_chat";
  if (question.optedOut) return "opted_out";
  if (question.bodyBytes > target.maxBodyBytes) return "body_too_large";
  if (!isSampled(question.samplingId, target)) return "not_sampled";
  return null;
}

/** Salted by experiment: two experiments at 10% do not pick the same tenth. */
function isSampled(samplingId: string, target: SilentTarget): boolean {
  if (target.sampleRate >= 1) return true;
  if (target.sampleRate <= 0) return false;
  return stableFraction(`${target.experimentId} ${samplingId}`) < target.sampleRate;
}
