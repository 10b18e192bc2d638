import { APIS } from "@understudy/apis";
import {
  buildRequest,
  type ChatBody,
  type ProviderRequest,
  retryDelayIn,
  upstreamModel,
  type WrittenBody,
} from "@understudy/providers";
import { type Clock, type Redactor, roundMs, withoutSecretsInJson } from "@understudy/runtime";
import { type ApiName, type Attempt, type CallError, type Change, isFailureKind } from "@understudy/contracts";
import { callOverBridge } from "./bridged-call.ts";
import type { CallRequest } from "./call.ts";
import { type Authorize, sendTo } from "../credentials/authorizer.ts";
import { CallLimits, type Limits } from "../answer/call-limits.ts";
import { decoded } from "../transport/decoded-body.ts";
import type { DeploymentState } from "../deployments/deployment-state.ts";
import {
  CallAbortedError,
  ErrorInAnswer,
  refusedError,
  thrownError,
  UnsendableRequestError,
} from "../transport/failure.ts";
import { mockAnswer, type MockCall } from "../mock/mock-answer.ts";
import { openBody, type OpenBody } from "../answer/open-body.ts";
import { readErrorBody } from "../answer/read-answer-body.ts";
import { readRetryAfter } from "./retry-policy.ts";
import type { HttpTransport, TransportResponse } from "../transport/transport.ts";

export interface AttemptRequest extends Limits {
  readonly requestedModel: string;
  readonly operation: ApiName;
  readonly body: ChatBody;
  readonly written: WrittenBody | null;
  /** The client's headers that the API forwards. */
  readonly headers: ProviderRequest["headers"];
  readonly stream: boolean;
  /** Whether somebody gets the bytes as they come. */
  readonly passedOn: boolean;
  readonly traceparent: string | null;
  /** As `CallRequest` has it. */
  readonly opening: CallRequest["opening"];
}

export interface AttemptDeps {
  readonly transport: HttpTransport;
  readonly authorize: Authorize;
  readonly clock: Clock;
  /** Takes our own keys out of what a provider says. */
  readonly redactor: Redactor;
}

/** An answer that has begun. */
export interface OpenAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: OpenBody;
}

export interface AnsweredAttempt {
  readonly stream: boolean;
  /** What the bridge could not carry, or carried as something else. */
  readonly carried: readonly Change[];
  readonly kind: "answered";
  readonly attempt: Attempt;
  /** Monotonic milliseconds at which the attempt began. */
  readonly startedAt: number;
  readonly open: OpenAnswer;
}

export interface FailedAttempt {
  readonly kind: "failed";
  readonly attempt: Attempt;
  readonly error: CallError;
  /** As an answered attempt has it. */
  readonly carried: readonly Change[];
  readonly retryAfterMs: number | null;
  /** The answer's, where one came. */
  readonly headers: Readonly<Record<string, string>>;
  /** What the provider said, when it said something. */
  readonly refusal: string | null;
}

/** Calls one deployment once. Never throws for a provider's trouble, nor for a caller that leaves. */
export async function runAttempt(
  state: DeploymentState,
  request: AttemptRequest,
  deps: AttemptDeps,
): Promise<AnsweredAttempt | FailedAttempt> {
  const { clock } = deps;
  const startedAt = clock.monotonic();
  const attemptAs = describeAttempts(state, clock);
  const limits = new CallLimits(request, clock);
  const release = once(() => {
    limits.release();
    state.end();
  });
  let httpStatus: number | null = null;
  let headersIn: FailedAttempt["headers"] = {};
  let carried: readonly Change[] = [];

  state.begin();
  // An answer that nobody reads gives its place back when the call is ended, by its caller or by the clock.
  limits.signal.addEventListener("abort", release, { once: true });
  try {
    const answered = await answerTo(state, request, limits, deps);
    const { response } = answered;
    carried = answered.carried;
    httpStatus = response.status;
    headersIn = response.headers;
    if (response.status >= 300) {
      const said = withoutSecretsInJson(await readErrorBody(response), deps.redactor);
      release();
      const error = refusedError(response.status, said);
      const attempt = attemptAs(error.kind, httpStatus, error.message);
      const retryAfterMs = readRetryAfter(headersIn, clock.now()) ?? retryDelayIn(said);
      // The page of a redirect is no error of the provider's.
      const refusal = response.status < 400 ? null : said;
      return { kind: "failed", attempt, error, carried, retryAfterMs, headers: headersIn, refusal };
    }
    if (isEventStream(response)) request.opening?.({ ...response, modelGroup: state.target.deployment.modelGroup });
    const failedInside = ({ kind }: CallError): void => noteFailure(state, kind);
    const answer = await openBody(response, { ...readingOf(request), limits, release, clock, failedInside });
    const open = { status: response.status, headers: response.headers, body: answer };
    const attempt = attemptAs("ok", httpStatus, null);
    state.noteLatency(attempt.duration_ms);
    return { kind: "answered", stream: request.stream, carried, attempt, startedAt, open };
  } catch (thrown) {
    const error = withoutSecretsOf(thrown, deps.redactor);
    request.opening?.(null);
    // What is left of the answer would hold its connection, and the provider at work.
    limits.abort(new CallAbortedError());
    release();
    const callError = thrownError(error);
    const attempt = attemptAs(callError.kind, httpStatus, callError.message);
    const refusal = error instanceof ErrorInAnswer ? error.body : null;
    const retryAfterMs = refusal === null ? null : (readRetryAfter(headersIn, clock.now()) ?? retryDelayIn(refusal));
    return { kind: "failed", attempt, error: callError, carried, retryAfterMs, headers: headersIn, refusal };
  }
}

interface Answered {
  readonly response: TransportResponse;
  readonly carried: readonly Change[];
}

/** The answer in the client's API, over the bridge where the deployment speaks another. */
async function answerTo(
  state: DeploymentState,
  request: AttemptRequest,
  limits: CallLimits,
  deps: AttemptDeps,
): Promise<Answered> {
  const bridged = callOverBridge(state.target, request, limits, deps);
  if (bridged === null) return { response: decoded(await responseTo(state, request, limits, deps)), carried: [] };
  const { answer, changes } = await bridged;
  return { response: answer, carried: changes };
}

function isEventStream({ headers }: TransportResponse): boolean {
  return headers["content-type"]?.startsWith("text/event-stream") === true;
}

function withoutSecretsOf(error: unknown, redactor: Redactor): unknown {
  return error instanceof ErrorInAnswer ? new ErrorInAnswer(withoutSecretsInJson(error.body, redactor)) : error;
}

/** What the provider answers, or what the deployment's `mock_response` has it answer. */
function responseTo(
  state: DeploymentState,
  request: AttemptRequest,
  { signal }: CallLimits,
  deps: AttemptDeps,
): Promise<TransportResponse> {
  const { mock } = state.target.deployment;
  const { url, headers, body } = writeRequest(state, request);
  if (mock !== null) return mockAnswer(mock, mockCallOf(state, request, signal), deps.clock);
  const sent = request.traceparent === null ? headers : { traceparent: request.traceparent, ...headers };
  return sendTo(state.target, { url, headers: sent, body, signal }, deps);
}

function mockCallOf({ target }: DeploymentState, request: AttemptRequest, signal: AbortSignal): MockCall {
  const { operation, body, requestedModel } = request;
  return { operation, body, model: upstreamModel(target, requestedModel), signal };
}

function readingOf({ operation, stream, passedOn, body }: AttemptRequest) {
  return { api: APIS[operation], stream, passedOn, body };
}

/** A deployment is judged by its failures, whether they came with a status of their own or inside an answer. */
function noteFailure(state: DeploymentState, kind: CallError["kind"]): void {
  if (isFailureKind(kind)) state.noteFailure(kind, null);
}

/** What fails here is the request's own fault, and no deployment's. */
function writeRequest({ target }: DeploymentState, request: AttemptRequest): ProviderRequest {
  try {
    return buildRequest(APIS[request.operation], target, request);
  } catch (error) {
    throw new UnsendableRequestError(error);
  }
}

type DescribeAttempt = (outcome: Attempt["outcome"], httpStatus: number | null, message: string | null) => Attempt;

/** Describes the attempt that begins now, once it has ended. */
function describeAttempts({ target }: DeploymentState, clock: Clock): DescribeAttempt {
  const startedAt = clock.monotonic();
  const startedWall = clock.now();
  return (outcome, httpStatus, message) => ({
    deployment: target.deployment.id,
    model_group: target.deployment.modelGroup,
    provider: target.provider,
    started_at: startedWall,
    duration_ms: roundMs(clock.monotonic() - startedAt),
    outcome,
    http_status: httpStatus,
    message,
  });
}

function once(run: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    run();
  };
}
