import type { FailureKind, RouterSettings } from "@understudy/config";
import { afterRefusal, type Change, type ChatBody, silentRequest, type Target } from "@understudy/providers";
import type { Clock, Random } from "@understudy/runtime";
import { type Answered, type Failed, runAttempt } from "./attempt.ts";
import type { CallRequest } from "./call.ts";
import type { Attempt } from "./call-record.ts";
import type { DeploymentState } from "./deployment-state.ts";
import { CallAbortedError, thrownError } from "./failure.ts";
import { pickDeployment } from "./pick.ts";
import { decideNext, retriesAllowed } from "./retry-policy.ts";
import type { HttpTransport } from "./transport.ts";

export interface CallDeps {
  readonly settings: RouterSettings;
  readonly deploymentsOf: (group: string) => readonly DeploymentState[];
  readonly transport: HttpTransport;
  readonly clock: Clock;
  readonly random: Random;
}

/** A deployment answered. */
export interface Won extends Answered {
  readonly state: DeploymentState;
  readonly changes: readonly Change[];
}

/** Nothing in the group answered. `attempt` is null when no deployment could even be called. */
export type Lost = Omit<Failed, "attempt" | "refusal">;

/** The request as one deployment gets it. */
interface Prepared {
  readonly body: ChatBody;
  readonly changes: readonly Change[];
}

/** Calls deployments of one group until one answers or trying again makes no sense. Every attempt lands in `attempts`. */
export async function tryGroup(
  group: string,
  request: CallRequest,
  attempts: Attempt[],
  deps: CallDeps,
): Promise<Won | Lost> {
  const states = deps.deploymentsOf(group);
  const refused = new Set<DeploymentState>();
  for (let retriesUsed = 0; ; retriesUsed += 1) {
    const state = pickDeployment(states, refused, deps.settings, deps.random);
    if (state === null) return nothingAvailable(group, states);
    const result = await callAndAdapt(state, request, attempts, deps);
    if (result.kind === "answered") return result;
    if (result.error.kind === "aborted" || result.error.kind === "malformed") return result;
    state.noteFailure(result.error.kind, result.retryAfterMs);
    if (isFinal(result.error.kind)) refused.add(state);
    const decision = decideNext(
      {
        kind: result.error.kind,
        retryAfterMs: result.retryAfterMs,
        retriesUsed,
        retriesAllowed: request.persist ? allowance(state, result.error.kind, deps.settings) : 0,
        alternatives: states.filter((other) => other !== state && other.available() && !refused.has(other)).length,
        firstByteSent: false,
      },
      deps.settings.retryAfterMs,
      deps.random,
    );
    if (decision.kind === "next_group") return result;
    if (!(await waited(decision.afterMs, request.signal, deps.clock))) return left();
  }
}

/**
 * One attempt; for a silent call, one more of the same deployment when it refused parameters that can be translated or
 * dropped. The primary's request is the client's own and is never changed.
 */
async function callAndAdapt(
  state: DeploymentState,
  request: CallRequest,
  attempts: Attempt[],
  deps: CallDeps,
): Promise<Won | Failed> {
  const first = prepare(state.target, request);
  const result = await attemptWith(state, first, request, deps);
  attempts.push(result.attempt);
  if (result.kind === "answered" || request.role === "primary" || result.refusal === null) return result;
  const again = result.error.kind === "bad_request" ? afterRefusal(state.target, first.body, result.refusal) : null;
  if (again === null) return result;
  const second = { body: again.body, changes: [...first.changes, ...again.changes] };
  const retried = await attemptWith(state, second, request, deps);
  attempts.push(retried.attempt);
  return retried;
}

async function attemptWith(
  state: DeploymentState,
  prepared: Prepared,
  request: CallRequest,
  deps: CallDeps,
): Promise<Won | Failed> {
  const { deployment } = state.target;
  const { settings } = deps;
  const stream = prepared.body["stream"] === true;
  const result = await runAttempt(
    state,
    {
      requestedModel: request.requestedModel,
      body: prepared.body,
      stream,
      timeoutMs: request.timeoutMs ?? deployment.timeoutMs ?? settings.timeoutMs,
      firstByteTimeoutMs: stream ? (deployment.streamTimeoutMs ?? settings.streamTimeoutMs) : null,
      signal: request.signal,
    },
    deps,
  );
  return result.kind === "answered" ? { ...result, state, changes: prepared.changes } : result;
}

function prepare(target: Target, request: CallRequest): Prepared {
  if (request.role === "primary") return { body: request.body, changes: [] };
  return silentRequest(target, request.body, request.body["stream"] === true);
}

function allowance(state: DeploymentState, kind: FailureKind, settings: RouterSettings): number {
  const { modelGroup, numRetries } = state.target.deployment;
  return retriesAllowed(kind, modelGroup, settings, numRetries);
}

/** A deployment that answered so will answer so again; this call does not come back to it. */
function isFinal(kind: FailureKind): boolean {
  return kind === "authentication" || kind === "permission" || kind === "not_found";
}

function nothingAvailable(group: string, states: readonly DeploymentState[]): Lost {
  const waitMs = Math.min(...states.map((state) => state.coolingMs()).filter((ms) => ms > 0));
  const retryAfterMs = Number.isFinite(waitMs) ? Math.ceil(waitMs) : null;
  const when = retryAfterMs === null ? "once a call has ended" : `in ${Math.ceil(retryAfterMs / 1000)} seconds`;
  const message = `No deployment of ${group} is available: all are cooling down or busy. Try again ${when}.`;
  const error = { kind: "rate_limit", status: 429, message, type: "rate_limit_error", code: null, param: null } as const;
  return { kind: "failed", error, retryAfterMs };
}

function left(): Lost {
  return { kind: "failed", error: thrownError(new CallAbortedError()), retryAfterMs: null };
}

async function waited(ms: number, signal: AbortSignal | null, clock: Clock): Promise<boolean> {
  if (ms === 0) return signal?.aborted !== true;
  try {
    await clock.sleep(ms, signal ?? undefined);
    return true;
  } catch {
    return false;
  }
}
