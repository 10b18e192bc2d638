import { CannotCarryError, UnreadableAnswerError } from "@understudy/bridge";
import { classifyFailure, classifyFailureWithin } from "@understudy/providers";
import { type CallError, type ErrorKind, FAILURES } from "@understudy/contracts";
import { MissingPackageError } from "@understudy/runtime";
import { CredentialsError } from "../credentials/credentials-error.ts";
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

/** A status of success with nothing that could be passed on as an answer. */
export class NoAnswerError extends Error {
  /** `what` came instead of one, in a few words. */
  constructor(what: string) {
    super(`the provider answered with ${what}`);
    this.name = "NoAnswerError";
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

const BAD_GATEWAY = 502;

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
  if (error instanceof CannotCarryError) return notCarried(error);
  if (error instanceof CredentialsError) return failed(error.kind, error.message);
  if (error instanceof MissingPackageError) return { ...failed("not_found", error.message), status: BAD_GATEWAY };
  if (error instanceof UnreadableAnswerError) {
    return {
      ...PLAIN,
      kind: "server_error",
      status: BAD_GATEWAY,
      message: `the provider answered with ${error.message}`,
    };
  }
  if (error instanceof CallAbortedError) {
    return failed("aborted", error.message);
  }
  if (error instanceof UnsendableRequestError) {
    return failed("bad_request", error.message);
  }
  if (error instanceof CallTimeoutError || error instanceof ConnectTimeoutError) {
    return failed("timeout", error.message);
  }
  if (error instanceof NoAnswerError) {
    return { ...PLAIN, kind: "server_error", status: BAD_GATEWAY, message: error.message };
  }
  if (error instanceof AnswerTooLargeError) {
    return failed("malformed", error.message);
  }
  const message = error instanceof ConnectionError ? error.message : "the call failed in an unforeseen way";
  return failed("connection", message);
}

/** A code of ours: another deployment of the group may speak the client's API. */
export const NOT_CARRIED = "not_carried";

/** It says nothing of the model that it was not asked. */
function notCarried({ message, param }: CannotCarryError): CallError {
  return {
    kind: "bad_request",
    status: 400,
    message,
    type: null,
    code: NOT_CARRIED,
    param,
    our_adaptation: "nothing_to_leave_out",
  };
}

function failed(kind: ErrorKind, message: string): CallError {
  return { ...PLAIN, kind, status: FAILURES[kind].status, message };
}

/** An error that came with a status of success. */
export function errorInside(body: string): CallError {
  const { kind, status, message, type, code, param } = classifyFailureWithin(body);
  return { kind, status, message, type, code, param };
}
