import { APIS } from "@understudy/apis";
import type { RouterSettings } from "@understudy/config";
import type { Clock } from "@understudy/runtime";
import type { FailedAttempt } from "./attempt.ts";
import { type Attempt, type FailureKind, FAILURES, isFailureKind } from "@understudy/contracts";
import { callAndAdapt } from "./adapted-call.ts";
import type { CallRequest } from "./call.ts";
import type { CallDeps, GroupFailed, GroupAnswered } from "./group-outcome.ts";
import type { DeploymentState } from "../deployments/deployment-state.ts";
import { CallAbortedError, NOT_CARRIED, thrownError } from "../transport/failure.ts";
import { failedHere, nothingAvailable } from "./nothing-available.ts";
import { pickDeployment } from "../deployments/pick.ts";
import { decideNext, readShouldRetry, retriesAllowed } from "./retry-policy.ts";

/** The deployments of a group that may be called. */
export interface Candidates {
  readonly group: string;
  readonly states: readonly DeploymentState[];
  /** Those of them that are called before the others. */
  readonly first?: readonly DeploymentState[];
  /** The request as one of them gets it; `request` unless given. */
  readonly requestFor?: (state: DeploymentState) => CallRequest;
}

/**
 * Calls deployments of one group until one answers or trying again makes no sense. Each has its turn before any is
 * called again. Every attempt lands in `attempts`.
 */
export async function tryDeployments(
  { group, states, first = [], requestFor = () => request }: Candidates,
  request: CallRequest,
  attempts: Attempt[],
  deps: CallDeps,
): Promise<GroupAnswered | GroupFailed> {
  const turns: Turns = { states, had: new Set(), refused: new Set() };
  const pickFrom = (from: readonly DeploymentState[]) => pickDeployment(from, turns.had, deps.settings, deps.random);
  let failure: GroupFailed | null = null;
  for (let retriesUsed = 0; request.signal?.aborted !== true; retriesUsed += 1) {
    const state = pickFrom(first) ?? pickFrom(states);
    if (state === null) return failure ?? nothingAvailable(group, states);
    const result = await callAndAdapt(state, requestFor(state), attempts, deps);
    if (result.kind === "answered") return result;
    const { kind, code } = result.error;
    failure = result;
    if (passesOn(code, state, turns, request)) continue;
    if (!isFailureKind(kind) || isUnknownThere(request, result)) return result;
    state.noteFailure(kind, result.retryAfterMs);
    turns.had.add(state);
    if (isFinal(kind, readShouldRetry(result.headers))) turns.refused.add(state);
    const waitMs = waitBeforeNext({ state, kind, result, retriesUsed, turns }, request, deps);
    if (waitMs === null) return result;
    await slept(waitMs, request.signal, deps.clock);
  }
  return left();
}

/** Whether the account does not hold the answer that the request goes on from, which is no failure of its deployments. */
export function isUnknownThere({ operation, body }: CallRequest, { error }: Pick<GroupFailed, "error">): boolean {
  const { following } = APIS[operation];
  return following !== null && following.earlierIn(body) !== null && following.isUnknown(error);
}

/** Whose turn it is among the deployments of a group. */
interface Turns {
  readonly states: readonly DeploymentState[];
  readonly had: Set<DeploymentState>;
  /** They would answer the same again. */
  readonly refused: Set<DeploymentState>;
}

/** Whether what the bridge cannot carry to this deployment goes to another, which is never asked of this one again. */
function passesOn(code: string | null, state: DeploymentState, turns: Turns, request: CallRequest): boolean {
  turns.had.add(state);
  if (code !== NOT_CARRIED || !hasOwnWay(turns, request)) return false;
  turns.refused.add(state);
  return true;
}

/** Whether a deployment that may be called speaks the client's API, and needs nothing carried. */
function hasOwnWay({ states, had }: Turns, { operation }: CallRequest): boolean {
  return states.some((state) => state.target.ways[operation] !== undefined && state.available() && !had.has(state));
}

interface Setback {
  readonly state: DeploymentState;
  readonly kind: FailureKind;
  readonly result: FailedAttempt;
  readonly retriesUsed: number;
  readonly turns: Turns;
}

/** Milliseconds to wait before the group is tried again; null when it is not. */
function waitBeforeNext(setback: Setback, request: CallRequest, deps: CallDeps): number | null {
  const { state, kind, result, retriesUsed, turns } = setback;
  const alternatives = turns.states.filter((other) => other.available() && !turns.had.has(other)).length;
  const decision = decideNext(
    {
      kind,
      retryAfterMs: result.retryAfterMs,
      shouldRetry: readShouldRetry(result.headers),
      retriesUsed,
      retriesAllowed: request.persist ? allowance(state, kind, deps.settings) : 0,
      alternatives,
      firstByteSent: false,
    },
    deps.settings.retryAfterMs,
    deps.random,
  );
  if (decision.kind === "next_group") return null;
  if (alternatives > 0) return decision.afterMs;
  // Everyone has had a turn. To wait for a group that will still be resting then would help nobody.
  const willBeBack = (other: DeploymentState): boolean =>
    !turns.refused.has(other) && other.coolingMs() <= decision.afterMs;
  if (!turns.states.some(willBeBack)) return null;
  for (const other of turns.states) if (!turns.refused.has(other)) turns.had.delete(other);
  return decision.afterMs;
}

function allowance(state: DeploymentState, kind: FailureKind, settings: RouterSettings): number {
  const { modelGroup, numRetries } = state.target.deployment;
  return retriesAllowed(kind, modelGroup, settings, numRetries);
}

/** A deployment that answered so will answer so again; this call does not come back to it. */
function isFinal(kind: FailureKind, shouldRetry: boolean | null): boolean {
  if (shouldRetry !== null) return !shouldRetry;
  return FAILURES[kind].retry === "elsewhere";
}

function left(): GroupFailed {
  return failedHere(thrownError(new CallAbortedError()), null);
}

/** Sleeps, or wakes early when the caller leaves. */
async function slept(ms: number, signal: AbortSignal | null, clock: Clock): Promise<void> {
  if (ms === 0) return;
  try {
    await clock.sleep(ms, signal ?? undefined);
  } catch {
    // The signal is looked at before the next attempt.
  }
}
