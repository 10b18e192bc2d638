import { APIS } from "@understudy/apis";
import {
  afterRefusal,
  askForUsage,
  type ChatBody,
  namesUsage,
  refusesParameter,
  type Repair,
  repaired,
  silentRequest,
  upstreamModel,
  USAGE_REFUSED,
  type WrittenBody,
} from "@understudy/providers";
import type { Change, Attempt, CallError } from "@understudy/contracts";
import { type FailedAttempt, runAttempt } from "./attempt.ts";
import type { CallRequest } from "./call.ts";
import type { DeploymentState } from "../deployments/deployment-state.ts";
import type { CallDeps, GroupAnswered } from "./group-outcome.ts";

/** Refusals that one call answers with another request: a server may name one unknown parameter after the other. */
const MOST_ROUNDS = 8;

/** The request as one deployment gets it. */
interface Prepared {
  readonly body: ChatBody;
  /** What `body` was read from or made of; null for one that nobody has written. */
  readonly written: WrittenBody | null;
  readonly changes: readonly Change[];
}

export interface FailedAdaptedAttempt extends FailedAttempt {
  readonly changes: readonly Change[];
}

/** Calls a deployment with the request as it is for a primary call, and adapted to it for a silent one. */
export function callAndAdapt(
  state: DeploymentState,
  request: CallRequest,
  attempts: Attempt[],
  deps: CallDeps,
): Promise<GroupAnswered | FailedAdaptedAttempt> {
  const call = isSentAsItIs(request) ? callAsItIs : callAdapted;
  return call(state, request, attempts, deps);
}

/**
 * One attempt, and one more where a provider refuses to be asked for the usage of a stream: all that is ever added to a
 * primary's request. That it refuses is remembered.
 */
async function callAsItIs(
  state: DeploymentState,
  request: CallRequest,
  attempts: Attempt[],
  deps: CallDeps,
): Promise<GroupAnswered | FailedAdaptedAttempt> {
  const { body, written = null } = request;
  const model = upstreamModel(state.target, request.requestedModel);
  const timeoutMs = timeoutOf(state, request, deps);
  const endsAt = deps.clock.monotonic() + timeoutMs;
  const asking = mayAskForUsage(state, request, model) ? askForUsage(state.target, body, written) : null;
  const won = { state, model };
  const first = await attemptWith(state, asking ?? { body, written }, { request, timeoutMs }, deps);
  attempts.push(first.attempt);
  if (asking !== null && first.kind === "answered") state.givesUsage = true;
  if (first.kind === "answered") return { ...first, ...won, changes: first.carried, hidesUsage: asking !== null };
  const leftMs = endsAt - deps.clock.monotonic();
  if (asking === null || leftMs <= 0 || !mayRefuseUsage(first, state)) return { ...first, changes: first.carried };
  const second = await attemptWith(state, { body, written }, { request, timeoutMs: leftMs }, deps);
  attempts.push(second.attempt);
  const isAnswered = second.kind === "answered";
  if (isAnswered || namesUsage(first.refusal ?? "")) state.refusals.remember(model, [USAGE_REFUSED]);
  return isAnswered
    ? { ...second, ...won, changes: second.carried, hidesUsage: false }
    : { ...second, changes: second.carried };
}

function isOfUsage(repair: Repair): boolean {
  return repair.kind === "param" && repair.param === USAGE_REFUSED.param;
}

/** A server that has never taken it may refuse it without a name. */
function mayRefuseUsage({ error, refusal }: FailedAttempt, state: DeploymentState): boolean {
  const isAskedForIt = state.target.ways.chat !== undefined || state.target.ways.completions !== undefined;
  if (!isAskedForIt) return false;
  return error.kind === "bad_request" && refusal !== null && (namesUsage(refusal) || !state.givesUsage);
}

function timeoutOf({ target }: DeploymentState, request: CallRequest, { settings }: CallDeps): number {
  return request.timeoutMs ?? target.deployment.timeoutMs ?? settings.timeoutMs;
}

/**
 * One attempt, and further ones of the same deployment while it refuses parameters that can be translated or dropped, within
 * the time of one. What it refuses is remembered, and left out of later calls at once.
 */
async function callAdapted(
  state: DeploymentState,
  request: CallRequest,
  attempts: Attempt[],
  deps: CallDeps,
): Promise<GroupAnswered | FailedAdaptedAttempt> {
  const timeoutMs = timeoutOf(state, request, deps);
  const endsAt = deps.clock.monotonic() + timeoutMs;
  const model = upstreamModel(state.target, request.requestedModel);
  const repairs = [...state.refusals.known(model)];
  let prepared = prepare(state, request, repairs);
  for (let round = 0; ; round += 1) {
    const leftMs = endsAt - deps.clock.monotonic();
    const result = await attemptWith(state, prepared, { request, timeoutMs: leftMs }, deps);
    attempts.push(result.attempt);
    const changes = [...prepared.changes, ...result.carried];
    if (result.kind === "answered") return { ...result, state, changes, model, hidesUsage: false };
    const failed = { ...result, changes };
    const { refusal, error } = result;
    if (refusal === null || error.kind !== "bad_request") return failed;
    const again = afterRefusal(state.target, prepared.body, refusal, repairs);
    if (again === null) return refusesParameter(refusal) ? ours(failed, "nothing_to_leave_out") : failed;
    state.refusals.remember(model, again.repairs);
    if (round === MOST_ROUNDS || deps.clock.monotonic() >= endsAt) return ours(failed, "rounds_used_up");
    repairs.push(...again.repairs);
    prepared = { ...prepared, body: again.body, changes: [...prepared.changes, ...again.changes] };
  }
}

function mayAskForUsage({ refusals }: DeploymentState, { operation }: CallRequest, model: string): boolean {
  return APIS[operation].asksForUsage && !refusals.known(model).some(isOfUsage);
}

function ours(failed: FailedAdaptedAttempt, our_adaptation: CallError["our_adaptation"]): FailedAdaptedAttempt {
  return { ...failed, error: { ...failed.error, our_adaptation } };
}

interface Asked {
  readonly request: CallRequest;
  readonly timeoutMs: number;
}

function attemptWith(
  state: DeploymentState,
  { body, written }: Pick<Prepared, "body" | "written">,
  { request, timeoutMs }: Asked,
  deps: CallDeps,
): ReturnType<typeof runAttempt> {
  const stream = body["stream"] === true;
  return runAttempt(
    state,
    {
      requestedModel: request.requestedModel,
      operation: request.operation,
      body,
      written,
      headers: request.headers ?? {},
      stream,
      passedOn: request.role === "primary",
      timeoutMs,
      firstByteTimeoutMs: stream ? (state.target.deployment.streamTimeoutMs ?? deps.settings.streamTimeoutMs) : null,
      signal: request.signal,
      traceparent: request.traceparent ?? null,
      opening: request.opening,
    },
    deps,
  );
}

/** The primary's request is the client's own, and a question of ours for vectors has nothing to adapt. */
function isSentAsItIs({ role }: CallRequest): boolean {
  return role === "primary" || role === "embedding";
}

function prepare({ target }: DeploymentState, request: CallRequest, repairs: readonly Repair[]): Prepared {
  const { written = null } = request;
  // The body names what the client asked for, and a wildcard is filled with what it names.
  const body: ChatBody = { ...request.body, model: request.requestedModel };
  const silent = silentRequest(APIS[request.operation], target, body, body["stream"] === true);
  const fitted = repaired(target, silent.body, repairs);
  return { body: fitted.body, written, changes: [...silent.changes, ...fitted.changes] };
}
