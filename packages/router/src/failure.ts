import type { FailureKind } from "@understudy/config";
import { classifyFailure } from "@understudy/providers";
import type { CallError } from "./call-record.ts";
import { ConnectTimeoutError, ConnectionError } from "./transport.ts";

/** Why a call was ended from our side. The phases of a timeout stay apart, and each names its key. */
export class CallTimeoutError extends Error {
  constructor(phase: "first token" | "total", limitMs: number) {
    const key = phase === "total" ? "timeout" : "stream_timeout";
    super(`no ${phase === "total" ? "complete answer" : "first byte"} within ${limitMs} ms (${key})`);
    this.name = "CallTimeoutError";
  }
}

/** The caller no longer wants the answer. */
export class CallAbortedError extends Error {
  constructor(message = "the client closed the connection") {
    super(message);
    this.name = "CallAbortedError";
  }
}

/** An error that came with a status of success. */
export class ErrorInAnswer extends Error {
  /** What the provider said, as JSON text. */
  readonly body: string;

  constructor(body: string) {
    super("the answer is an error");
    this.name = "ErrorInAnswer";
    this.body = body;
  }
}

/** A plain answer that is larger than anyone may hold. */
export class AnswerTooLargeError extends Error {
  constructor(maxBytes: number) {
    super(`the answer is larger than ${maxBytes / 1024 / 1024} MiB`);
    this.name = "AnswerTooLargeError";
  }
}

/** A request that cannot even be written down: nested beyond what JSON's own writer can follow. */
export class UnsendableRequestError extends Error {
  constructor(cause: unknown) {
    super("the request cannot be sent: it is nested too deeply", { cause });
    this.name = "UnsendableRequestError";
  }
}

/** The status nginx made customary for a client that left; no client ever sees it. */
const CLIENT_CLOSED_REQUEST = 499;
const BAD_GATEWAY = 502;

/** The status a failure would have had, for one that came with a status of success. */
const STATUS_OF_KIND: Readonly<Record<FailureKind, number>> = {
  bad_request: 400,
  context_window: 400,
  content_policy: 400,
  authentication: 401,
  permission: 403,
  not_found: 404,
  timeout: 408,
  rate_limit: 429,
  server_error: 500,
  unavailable: 503,
  connection: 503,
};

const PLAIN = { type: null, code: null, param: null };

/** An answer with an error status, as a call error. */
export function refusedError(status: number, body: string): CallError {
  if (status < 400) {
    const message = `the provider redirects (HTTP ${status}), which is not followed: correct api_base`;
    return { ...PLAIN, kind: "not_found", status: BAD_GATEWAY, message };
  }
  const { kind, message, type, code, param } = classifyFailure(status, body);
  return { kind, status, message, type, code, param };
}

/** Anything thrown on the way to or from a provider, as a call error. */
export function thrownError(error: unknown): CallError {
  if (error instanceof ErrorInAnswer) return errorInside(error.body);
  if (error instanceof CallAbortedError) {
    return { ...PLAIN, kind: "aborted", status: CLIENT_CLOSED_REQUEST, message: error.message };
  }
  if (error instanceof UnsendableRequestError) {
    return { ...PLAIN, kind: "bad_request", status: 400, message: error.message };
  }
  if (error instanceof CallTimeoutError || error instanceof ConnectTimeoutError) {
    return { ...PLAIN, kind: "timeout", status: 408, message: error.message };
  }
  if (error instanceof AnswerTooLargeError) {
    return { ...PLAIN, kind: "malformed", status: BAD_GATEWAY, message: error.message };
  }
  const message = error instanceof ConnectionError ? error.message : "the call failed in an unforeseen way";
  return { ...PLAIN, kind: "connection", status: 503, message };
}

/** Read twice: the body's own words give a status, and what hides behind that status shows only with it. */
function errorInside(body: string): CallError {
  const { kind } = classifyFailure(200, body);
  return refusedError(STATUS_OF_KIND[kind], body);
}
