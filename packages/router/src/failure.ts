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

/** The status nginx made customary for a client that left; no client ever sees it. */
const CLIENT_CLOSED_REQUEST = 499;

/** An answer with an error status, as a call error. */
export function refusedError(status: number, body: string): CallError {
  const { kind, message, type, code, param } = classifyFailure(status, body);
  return { kind, status, message, type, code, param };
}

/** Anything thrown on the way to or from a provider, as a call error. */
export function thrownError(error: unknown): CallError {
  const plain = { type: null, code: null, param: null };
  if (error instanceof CallAbortedError) {
    return { ...plain, kind: "aborted", status: CLIENT_CLOSED_REQUEST, message: error.message };
  }
  if (error instanceof CallTimeoutError || error instanceof ConnectTimeoutError) {
    return { ...plain, kind: "timeout", status: 408, message: error.message };
  }
  const message = error instanceof ConnectionError ? error.message : "the call failed in an unforeseen way";
  return { ...plain, kind: "connection", status: 503, message };
}
