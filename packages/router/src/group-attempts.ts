import type { FailureKind, RouterSettings } from "@understudy/config";
import {
  afterRefusal,
  type Change,
  type ChatBody,
  servesModel,
  silentRequest,
  type Target,
  upstreamModel,
  type WrittenBody,
} from "@understudy/providers";
import type { Clock, Random } from "@understudy/runtime";
import { type Answered, type Failed, runAttempt } from "./attempt.ts";
import type { CallRequest } from "./call.ts";
import type { Attempt } from "./call-record.ts";
import type { DeploymentState } from "./deployment-state.ts";
import { CallAbortedError, thrownError } from "./failure.ts";
import { nothingAvailable, servedByNone } from "./nothing-available.ts";
import { pickDeployment } from "./pick.ts";
import { decideNext, retriesAllowed } from "./retry-policy.ts";
import type { HttpTransport } from "./transport.ts";

export interface CallDeps {
  readonly settings: RouterSettings;
  readonly deploymentsOf: (group: string) => readonly DeploymentState[];
  /** The model group that a name means, or null. */
  readonly groupOf: (name: string) => string | null;
  /** The name behind an alias; any other name is its own. */
  readonly nameBehind: (name: string) => string;
  readonly transport: HttpTransport;
  readonly clock: Clock;
  readonly random: Random;
}

/** A deployment answered. */
export interface Won extends Answered {
  /** Model name that was sent to the provider. */
  readonly model: string;
  readonly state: DeploymentState;
  readonly changes: readonly Change[];
}

/** Nothing in the group answered. */
export type Lost = Omit<Failed, "attempt" | "refusal">;

/** The request as one deployment gets it. */
interface Prepared {
  readonly body: ChatBody;
  /** What `body` was read from; null for one of our own making. */
  readonly written: WrittenBody | null;
  readonly changes: readonly Change[];
}

/**
 * Calls deployments of one group until one answers or trying again makes no sense. Each has its turn before any is
 * called again. Every attempt lands in `attempts`.
 */
export async function tryGroup(
  group: string,
  request: CallRequest,
  attempts: Attempt[],
  deps: CallDeps,
): Promise<Won | Lost> {
  const states = deps.deploymentsOf(group).filter((state) => servesModel(state.target, request.requestedModel));
  if (states.length === 0) return servedByNone(request.requestedModel);
  const turns: Turns = { states, had: new Set(), refused: new Set() };
  let failure: Lost | null = null;
  for (let retriesUsed = 0; request.signal?.aborted !== true; retriesUsed += 1) {
    const state = pickDeployment(turns.states, turns.had, deps.settings, deps.random);
    if (state === null) return failure ?? nothingAvailable(group, turns.states);
    const result = await callAndAdapt(state, request, attempts, deps);
    if (result.kind === "answered") return result;
    const { kind } = result.error;
    if (kind === "aborted" || kind === "malformed") return result;
    state.noteFailure(kind, result.retryAfterMs);
    turns.had.add(state);
    if (isFinal(kind)) turns.refused.add(state);
    const waitMs = waitBeforeNext({ state, kind, result, retriesUsed, turns }, request, deps);
    if (waitMs === null) return result;
    failure = result;
    await slept(waitMs, request.signal, deps.clock);
  }
  return left();
}

/** Whose turn it is among the deployments of a group. */
interface Turns {
  readonly states: readonly DeploymentState[];
  readonly had: Set<DeploymentState>;
  /** They would answer the same again. */
  readonly refused: Set<DeploymentState>;
}

interface Setback {
  readonly state: DeploymentState;
  readonly kind: FailureKind;
  readonly result: Failed;
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
  if (result.kind === "answered" || isSentAsItIs(request) || result.refusal === null) return result;
  const again = result.error.kind === "bad_request" ? afterRefusal(state.target, first.body, result.refusal) : null;
  if (again === null) return result;
  const second = { body: again.body, written: null, changes: [...first.changes, ...again.changes] };
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
      operation: request.operation ?? "chat",
      body: prepared.body,
      written: prepared.written,
      stream,
      timeoutMs: request.timeoutMs ?? deployment.timeoutMs ?? settings.timeoutMs,
      firstByteTimeoutMs: stream ? (deployment.streamTimeoutMs ?? settings.streamTimeoutMs) : null,
      signal: request.signal,
      traceparent: request.traceparent ?? null,
    },
    deps,
  );
  if (result.kind === "failed") return result;
  return { ...result, state, changes: prepared.changes, model: upstreamModel(state.target, request.requestedModel) };
}

/** The primary's request is the client's own, and an embeddings request has nothing to adapt. */
function isSentAsItIs({ role, operation }: CallRequest): boolean {
  return role === "primary" || operation === "embeddings";
}

function prepare(target: Target, request: CallRequest): Prepared {
  const { written = null } = request;
  if (isSentAsItIs(request)) return { body: request.body, written, changes: [] };
  // The body names what the client asked for, and a wildcard is filled with what it names.
  const body: ChatBody = { ...request.body, model: request.requestedModel };
  return { ...silentRequest(target, body, body["stream"] === true), written: null };
}

function allowance(state: DeploymentState, kind: FailureKind, settings: RouterSettings): number {
  const { modelGroup, numRetries } = state.target.deployment;
  return retriesAllowed(kind, modelGroup, settings, numRetries);
}

/** A deployment that answered so will answer so again; this call does not come back to it. */
function isFinal(kind: FailureKind): boolean {
  return kind === "authentication" || kind === "permission" || kind === "not_found";
}

function left(): Lost {
  return { kind: "failed", error: thrownError(new CallAbortedError()), retryAfterMs: null };
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
