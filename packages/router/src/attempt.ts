import { buildChatRequest, buildEmbeddingsRequest, type ChatBody, type WrittenBody } from "@understudy/providers";
import { type Clock, roundMs } from "@understudy/runtime";
import type { Attempt, CallError, Operation } from "./call-record.ts";
import { CallLimits, type Limits } from "./call-limits.ts";
import type { DeploymentState } from "./deployment-state.ts";
import { CallAbortedError, ErrorInAnswer, refusedError, thrownError, UnsendableRequestError } from "./failure.ts";
import { readErrorBody, readOpening, readWhole } from "./read-answer-body.ts";
import { readRetryAfter } from "./retry-policy.ts";
import type { HttpTransport, TransportResponse } from "./transport.ts";

export interface AttemptRequest extends Limits {
  readonly requestedModel: string;
  readonly operation: Operation;
  readonly body: ChatBody;
  readonly written: WrittenBody | null;
  readonly stream: boolean;
  readonly traceparent: string | null;
}

export interface AttemptDeps {
  readonly transport: HttpTransport;
  readonly clock: Clock;
}

/** An answer that has begun: a plain one is here whole. `chunks` must be read to its end or left: either releases the call. */
export interface OpenAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly whole: Uint8Array } | { readonly chunks: AsyncGenerator<Uint8Array, void, void> };
}

export interface Answered {
  readonly stream: boolean;
  readonly kind: "answered";
  readonly attempt: Attempt;
  /** Monotonic milliseconds at which the attempt began. */
  readonly startedAt: number;
  readonly open: OpenAnswer;
}

export interface Failed {
  readonly kind: "failed";
  readonly attempt: Attempt;
  readonly error: CallError;
  readonly retryAfterMs: number | null;
  /** What the provider said, when it said something. */
  readonly refusal: string | null;
}

/** Calls one deployment once. Never throws for a provider's trouble, nor for a caller that leaves. */
export async function runAttempt(
  state: DeploymentState,
  request: AttemptRequest,
  deps: AttemptDeps,
): Promise<Answered | Failed> {
  const { clock } = deps;
  const startedAt = clock.monotonic();
  const attemptAs = describeAttempts(state, clock);
  const limits = new CallLimits(request, clock);
  const release = once(() => {
    limits.release();
    state.end();
  });
  let httpStatus: number | null = null;

  state.begin();
  // An answer that nobody reads gives its place back when the call is ended, by its caller or by the clock.
  limits.signal.addEventListener("abort", release, { once: true });
  try {
    const { url, headers, body } = writeRequest(state, request);
    const sent = request.traceparent === null ? headers : { traceparent: request.traceparent, ...headers };
    const response = await deps.transport.send({ url, headers: sent, body, signal: limits.signal });
    httpStatus = response.status;
    if (response.status >= 300) {
      const refusal = await readErrorBody(response);
      release();
      const error = refusedError(response.status, refusal);
      const attempt = attemptAs(error.kind, httpStatus, error.message);
      return { kind: "failed", attempt, error, retryAfterMs: readRetryAfter(response.headers, clock.now()), refusal };
    }
    const answer = await openBody(response, request.stream, limits, release);
    const open = { status: response.status, headers: response.headers, body: answer };
    const attempt = attemptAs("ok", httpStatus, null);
    state.noteLatency(attempt.duration_ms);
    return { kind: "answered", stream: request.stream, attempt, startedAt, open };
  } catch (error) {
    // What is left of the answer would hold its connection, and the provider at work.
    limits.abort(new CallAbortedError());
    release();
    const callError = thrownError(error);
    const attempt = attemptAs(callError.kind, httpStatus, callError.message);
    const refusal = error instanceof ErrorInAnswer ? error.body : null;
    return { kind: "failed", attempt, error: callError, retryAfterMs: null, refusal };
  }
}

/** What fails here is the request's own fault, and no deployment's. */
function writeRequest({ target }: DeploymentState, request: AttemptRequest): ReturnType<typeof buildChatRequest> {
  try {
    const build = request.operation === "embeddings" ? buildEmbeddingsRequest : buildChatRequest;
    return build(target, request.body, request.requestedModel, request.written);
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

/**
 * Waits for the beginning of a stream, or for the whole of a plain body, so that a provider that breaks before then
 * can still be replaced by another without the client knowing.
 */
async function openBody(
  response: TransportResponse,
  stream: boolean,
  limits: CallLimits,
  release: () => void,
): Promise<OpenAnswer["body"]> {
  const source = response.body[Symbol.asyncIterator]();
  if (stream) {
    const opening = await readOpening(source);
    limits.firstByteArrived();
    return { chunks: rest(opening, source, limits, release) };
  }
  const whole = await readWhole(source);
  release();
  return { whole };
}

async function* rest(
  opening: readonly Uint8Array[],
  source: AsyncIterator<Uint8Array>,
  limits: CallLimits,
  release: () => void,
): AsyncGenerator<Uint8Array, void, void> {
  let ended = false;
  try {
    yield* opening;
    for (let next = await source.next(); next.done !== true; next = await source.next()) yield next.value;
    ended = true;
  } finally {
    // A reader that leaves early must not leave the provider generating tokens that someone pays for.
    if (!ended) limits.abort(new CallAbortedError());
    release();
  }
}

function once(run: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    run();
  };
}
