import { buildChatRequest, type ChatBody } from "@understudy/providers";
import type { Clock } from "@understudy/runtime";
import type { Attempt, CallError } from "./call-record.ts";
import { CallLimits, type Limits } from "./call-limits.ts";
import type { DeploymentState } from "./deployment-state.ts";
import { CallAbortedError, refusedError, thrownError } from "./failure.ts";
import { readRetryAfter } from "./retry-policy.ts";
import { ConnectionError, type HttpTransport, type TransportResponse } from "./transport.ts";

/** Error bodies are read up to here: enough for a message, bounded whatever a provider sends. */
const MAX_ERROR_BYTES = 64 * 1024;

export interface AttemptRequest extends Limits {
  readonly requestedModel: string;
  readonly body: ChatBody;
  readonly stream: boolean;
}

export interface AttemptDeps {
  readonly transport: HttpTransport;
  readonly clock: Clock;
}

/** An answer whose first bytes are here. `chunks` must be read to its end or left: either releases the call. */
export interface OpenAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly chunks: AsyncGenerator<Uint8Array, void, void>;
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
  const { target } = state;
  const startedAt = deps.clock.monotonic();
  const startedWall = deps.clock.now();
  const limits = new CallLimits(request, deps.clock);
  const release = once(() => {
    limits.release();
    state.end();
  });
  const attemptEndedAs = (outcome: Attempt["outcome"], httpStatus: number | null, message: string | null): Attempt => ({
    deployment: target.deployment.id,
    model_group: target.deployment.modelGroup,
    provider: target.provider,
    started_at: startedWall,
    duration_ms: deps.clock.monotonic() - startedAt,
    outcome,
    http_status: httpStatus,
    message,
  });

  state.begin();
  try {
    const { url, headers, body } = buildChatRequest(target, request.body, request.requestedModel);
    const response = await deps.transport.send({ url, headers, body, signal: limits.signal });
    if (response.status >= 300) {
      const refusal = await readErrorBody(response);
      release();
      const error = refusedError(response.status, refusal);
      const attempt = attemptEndedAs(error.kind, response.status, error.message);
      return { kind: "failed", attempt, error, retryAfterMs: readRetryAfter(response.headers, deps.clock.now()), refusal };
    }
    const chunks = await openChunks(response, request.stream, limits, release);
    const open = { status: response.status, headers: response.headers, chunks };
    const attempt = attemptEndedAs("ok", response.status, null);
    state.noteLatency(attempt.duration_ms);
    return { kind: "answered", stream: request.stream, attempt, startedAt, open };
  } catch (error) {
    release();
    const callError = error instanceof StreamRefusal ? refusedError(error.status, error.body) : thrownError(error);
    const attempt = attemptEndedAs(callError.kind, null, callError.message);
    return { kind: "failed", attempt, error: callError, retryAfterMs: null, refusal: null };
  }
}

/**
 * Waits for the first chunk of a stream, or for the whole of a plain body, so that a provider that breaks before then
 * can still be replaced by another without the client knowing.
 */
async function openChunks(
  response: TransportResponse,
  stream: boolean,
  limits: CallLimits,
  release: () => void,
): Promise<OpenAnswer["chunks"]> {
  const source = response.body[Symbol.asyncIterator]();
  if (!stream) {
    const whole = await readAll(source);
    release();
    return (async function* () {
      yield whole;
    })();
  }
  const first = await source.next();
  limits.firstByteArrived();
  if (first.done === true) throw new ConnectionError(new Error("the stream ended before it began"));
  refuseErrorEvent(first.value);
  return rest(first.value, source, limits, release);
}

async function* rest(
  first: Uint8Array,
  source: AsyncIterator<Uint8Array>,
  limits: CallLimits,
  release: () => void,
): OpenAnswer["chunks"] {
  let ended = false;
  try {
    yield first;
    for (let next = await source.next(); next.done !== true; next = await source.next()) yield next.value;
    ended = true;
  } finally {
    // A reader that leaves early must not leave the provider generating tokens that someone pays for.
    if (!ended) limits.abort(new CallAbortedError());
    release();
  }
}

async function readAll(source: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (let next = await source.next(); next.done !== true; next = await source.next()) chunks.push(next.value);
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
}

async function readErrorBody(response: TransportResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes >= MAX_ERROR_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MAX_ERROR_BYTES).toString("utf8");
}

/** Some providers answer 200 and send the error as the stream's first event. */
class StreamRefusal extends Error {
  readonly status: number;
  readonly body: string;

  constructor(status: number, body: string) {
    super("the stream began with an error");
    this.status = status;
    this.body = body;
  }
}

function refuseErrorEvent(first: Uint8Array): void {
  // Looked at as bytes first: nearly every stream begins with an ordinary event.
  const head = Buffer.from(first.buffer, first.byteOffset, Math.min(first.byteLength, 64)).toString("latin1");
  const match = /^(?:event: ?error\r?\n)?data: ?(?=\{\s*"error")/.exec(head);
  if (match === null) return;
  const text = Buffer.from(first).toString("utf8").slice(match[0].length);
  const line = text.slice(0, text.search(/\r?\n|$/));
  throw new StreamRefusal(statusInside(line), line);
}

function statusInside(body: string): number {
  try {
    const parsed = JSON.parse(body) as { error?: { code?: unknown; status?: unknown } };
    const status = Number(parsed.error?.code ?? parsed.error?.status);
    return status >= 400 && status < 600 ? status : 500;
  } catch {
    return 500;
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
