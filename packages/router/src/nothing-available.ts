import type { DeploymentState } from "./deployment-state.ts";
import type { Lost } from "./group-attempts.ts";

/** For a group whose deployments are all resting or busy: 429, with the time after which one may be back. */
export function nothingAvailable(group: string, states: readonly DeploymentState[]): Lost {
  const waitMs = Math.min(...states.map((state) => state.coolingMs()).filter((ms) => ms > 0));
  const retryAfterMs = Number.isFinite(waitMs) ? Math.ceil(waitMs) : null;
  const when = retryAfterMs === null ? "once a call has ended" : `in ${Math.ceil(retryAfterMs / 1000)} seconds`;
  const message = `No deployment of ${group} is available: all are cooling down or busy. Try again ${when}.`;
  const error = {
    kind: "rate_limit",
    status: 429,
    message,
    type: "rate_limit_error",
    code: null,
    param: null,
  } as const;
  return { kind: "failed", error, retryAfterMs };
}

/** For a model that no deployment serves: there is no such group, or its provider cannot be called from here. */
export function servedByNone(model: string): Lost {
  const message = `No deployment serves ${model}: there is no such model group, or its provider has no key here.`;
  const error = {
    kind: "not_found",
    status: 404,
    message,
    type: null,
    code: "model_not_found",
    param: "model",
  } as const;
  return { kind: "failed", error, retryAfterMs: null };
}
