import type { FailureKind, RouterSettings } from "@understudy/config";

/** A deployment's last minute, this failure included. */
export interface FailureHistory {
  readonly calls: number;
  /** Those that say something of the deployment. */
  readonly failures: number;
  readonly groupSize: number;
}

/** Failures that say something of the deployment. The rest are the request's own fault, or the network's. */
const COUNTS_AGAINST: ReadonlySet<FailureKind> = new Set([
  "authentication",
  "not_found",
  "timeout",
  "rate_limit",
  "unavailable",
  "server_error",
]);

/** Whether a failure counts in its deployment's history at all: else clients with bad requests could take it out. */
export function countsAgainst(kind: FailureKind): boolean {
  return COUNTS_AGAINST.has(kind);
}

/** No waiting helps these: they cool at once. */
const COOLS_AT_ONCE: ReadonlySet<FailureKind> = new Set(["authentication", "not_found", "rate_limit"]);

/**
 * Whether a failure takes the deployment out of its group for a while. A group's only deployment is spared unless
 * `allowed_fails` asks for it: resting it would turn a client's answer into "nothing available" and help nobody.
 */
export function shouldCool(kind: FailureKind, history: FailureHistory, settings: RouterSettings): boolean {
  if (settings.disableCooldowns || !countsAgainst(kind)) return false;
  const allowed = settings.allowedFailsPolicy[kind] ?? settings.allowedFails;
  if (allowed !== null) return history.failures > allowed;
  if (history.groupSize === 1) return false;
  return COOLS_AT_ONCE.has(kind) || (history.calls >= 5 && history.failures / history.calls > 0.5);
}
