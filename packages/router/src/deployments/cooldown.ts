import type { RouterSettings } from "@understudy/config";
import { type FailureKind, FAILURES } from "@understudy/contracts";

/** A deployment's last minute, this failure included. */
export interface FailureHistory {
  readonly calls: number;
  /** Those that say something of the deployment. */
  readonly failures: number;
  readonly groupSize: number;
}

/** Whether a failure counts in its deployment's history at all: else clients with bad requests could take it out. */
export function countsAgainst(kind: FailureKind): boolean {
  return FAILURES[kind].cools !== "never";
}

/**
 * Whether a failure takes the deployment out of its group for a while. A group's only deployment is spared unless
 * `allowed_fails` asks for it: resting it would turn a client's answer into "nothing available" and help nobody.
 */
export function shouldCool(kind: FailureKind, history: FailureHistory, settings: RouterSettings): boolean {
  if (settings.disableCooldowns || !countsAgainst(kind)) return false;
  const allowed = settings.allowedFailsPolicy[kind] ?? settings.allowedFails;
  if (allowed !== null) return history.failures > allowed;
  if (history.groupSize === 1) return false;
  return FAILURES[kind].cools === "at once" || (history.calls >= 5 && history.failures / history.calls > 0.5);
}
