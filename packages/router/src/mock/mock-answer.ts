import { APIS } from "@understudy/apis";
import type { MockAnswer } from "@understudy/config";
import type { ChatBody } from "@understudy/providers";
import { type Clock, newId } from "@understudy/runtime";
import type { ApiName } from "@understudy/contracts";
import type { TransportResponse } from "../transport/transport.ts";

/** What a mocked deployment is asked. */
export interface MockCall {
  readonly operation: ApiName;
  readonly body: ChatBody;
  /** Model name as a provider would have got it. */
  readonly model: string;
  readonly signal: AbortSignal;
}

interface MockFailure {
  readonly status: number;
  readonly type: string;
  readonly code: string;
  readonly message: string;
}

/** Texts that LiteLLM fails with instead of answering them, by how they begin. */
const FAILURES: readonly (readonly [RegExp, MockFailure])[] = [
  [/^litellm\.RateLimitError$/, failure(429, "rate_limit_error", "rate_limit_exceeded", "a mocked rate limit")],
  [
    /^litellm\.ContextWindowExceededError$/,
    failure(400, "invalid_request_error", "context_length_exceeded", "a mocked context window that is exceeded"),
  ],
  [/^litellm\.InternalServerError$/, failure(500, "server_error", "internal_error", "a mocked server error")],
  [
    /^Exception: content_filter_policy/,
    failure(400, "invalid_request_error", "content_filter", "a mocked content filter"),
  ],
  [/^Exception: mock_streaming_error/, failure(529, "overloaded_error", "overloaded", "a mocked error of a stream")],
];

const DEFAULT_TEXT = "This is a mock request";

/** The answer of a deployment with a `mock_response`, in the wire format of a provider; nothing leaves the process. */
export async function mockAnswer(mock: MockAnswer, call: MockCall, clock: Clock): Promise<TransportResponse> {
  if (mock.delayMs > 0) await clock.sleep(mock.delayMs, call.signal);
  if (mock.hangs) await untilAborted(call.signal);
  const { response } = mock;
  const { mocked, speaks } = APIS[call.operation];
  // Who asks for numbers is told none of these texts.
  const fails = speaks && typeof response === "string";
  const failed = fails ? FAILURES.find(([pattern]) => pattern.test(response)) : undefined;
  if (failed !== undefined) return json(failed[1].status, errorOf(failed[1]));
  const { body, model } = call;
  const now = clock.now();
  const text = textOf(response);
  const { toolCalls } = mock;
  const answer = mocked({ response, text, toolCalls, model, body, now, newId: (prefix) => newId(prefix, now) });
  return body["stream"] === true ? events(answer.events) : json(200, answer.whole);
}

function failure(status: number, type: string, code: string, message: string): MockFailure {
  return { status, type, code, message };
}

function errorOf({ type, code, message }: MockFailure): object {
  return { error: { message: `mock_response: ${message}`, type, param: null, code } };
}

/** Never resolves: the call's own limits, or its caller, end it. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void => reject(signal.reason as Error);
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
}

function textOf(response: unknown): string {
  if (response === null || response === undefined) return DEFAULT_TEXT;
  return typeof response === "string" ? response : JSON.stringify(response);
}

function json(status: number, body: object): TransportResponse {
  return { status, headers: { "content-type": "application/json" }, body: encoded([JSON.stringify(body)]) };
}

function events(lines: Iterable<string>): TransportResponse {
  return { status: 200, headers: { "content-type": "text/event-stream" }, body: encoded(lines) };
}

async function* encoded(texts: Iterable<string>): AsyncGenerator<Uint8Array, void, void> {
  for (const text of texts) yield Buffer.from(text);
}
