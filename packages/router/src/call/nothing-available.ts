import { APIS } from "@understudy/apis";
import type { ApiName, CallError } from "@understudy/contracts";
import type { CallRequest } from "./call.ts";
import type { DeploymentState } from "../deployments/deployment-state.ts";
import type { GroupFailed } from "./group-outcome.ts";

/** A failure that no provider has a word in. */
export function failedHere(error: CallError, retryAfterMs: number | null): GroupFailed {
  return { kind: "failed", error, retryAfterMs, headers: {}, refusal: null, changes: [] };
}

/** For a group whose deployments are all resting or busy: 429, with the time after which one may be back. */
export function nothingAvailable(group: string, states: readonly DeploymentState[]): GroupFailed {
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
  return failedHere(error, retryAfterMs);
}

/** For a request that goes on from an answer of another account than the group's. */
export function madeElsewhere(answer: string, group: string): GroupFailed {
  const message = `No deployment of ${group} can go on from ${answer.slice(0, LONGEST_ID_SHOWN)}: it was made with another key or at another provider, and is kept there.`;
  const error = {
    kind: "bad_request",
    status: 400,
    message,
    type: null,
    code: "previous_response_not_found",
    param: "previous_response_id",
  } as const;
  return failedHere(error, null);
}

const LONGEST_ID_SHOWN = 100;

/** For a model that no deployment serves: there is no such group, or its provider cannot be called from here. */
export function servedByNone(model: string): GroupFailed {
  const message = `No deployment serves ${model}: there is no such model group, or its provider has no key here.`;
  const error = {
    kind: "not_found",
    status: 404,
    message,
    type: null,
    code: "model_not_found",
    param: "model",
  } as const;
  return failedHere(error, null);
}

/** For a model whose deployments speak other APIs than the client's. */
export function spokenByNone(
  { requestedModel, operation }: Pick<CallRequest, "requestedModel" | "operation">,
  states: readonly DeploymentState[],
): GroupFailed {
  const spoken = new Set(
    states.flatMap(({ target: { ways, bridges } }) => Object.keys({ ...ways, ...bridges }) as readonly ApiName[]),
  );
  const paths = [...spoken].map((name) => `/v1${APIS[name].paths[0] ?? ""}`).join(", ");
  const providers = [...new Set(states.map(({ target }) => target.provider))].join(", ");
  const message = `${requestedModel} is not served at /v1${APIS[operation].paths[0] ?? ""}: its provider (${providers}) is asked at ${paths}. Ask there, or name a model whose provider speaks this API.`;
  const error = {
    kind: "bad_request",
    status: 400,
    message,
    type: null,
    code: "api_not_spoken",
    param: "model",
  } as const;
  return failedHere(error, null);
}
