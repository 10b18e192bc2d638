import type { CallError } from "@understudy/contracts";
import { type Clock, errorFields, type LogFields, type Logger } from "@understudy/runtime";
import type { ErrorRequestHandler, Request, Response } from "express";
import { API_ERRORS, ApiError } from "./api-error.ts";
import { apiOf } from "./find-api.ts";
import { requestIdsOf } from "./request-id.ts";

function sendApiError(request: Request, response: Response, { error, clock }: Failed): void {
  const { status, type } = API_ERRORS[error.code];
  const { message, param, code } = error;
  const { requestId } = requestIdsOf(response);
  const body = apiOf(response).errorBody({ kind: kindOf(status), status, message, type, param, code }, requestId);
  response.status(status);
  if (error.retryAfterSeconds !== null) response.setHeader("retry-after", error.retryAfterSeconds);
  if (!isLongUnread(request)) {
    response.json(body);
    return;
  }
  const text = JSON.stringify(body);
  response.set({ connection: "close", "content-type": "application/json; charset=utf-8" });
  response.setHeader("content-length", Buffer.byteLength(text));
  response.write(text);
  closeAfter(request, response, clock);
}

/** What it would be, were it a provider's: the API's own word goes by it where it has another than OpenAI's. */
function kindOf(status: number): CallError["kind"] {
  return status < 500 ? "bad_request" : "server_error";
}

interface Failed {
  readonly error: ApiError;
  readonly clock: Clock;
}

/** The one place where what a route threw becomes an answer. */
export function errorHandler(logger: Logger, clock: Clock): ErrorRequestHandler {
  // Express tells an error handler by its four parameters.
  return (error: unknown, request, response, _next) => {
    const apiError = asApiError(error);
    if (apiError.code === "internal_error") logger.error("a request failed unforeseen", errorFields(error));
    if (apiError.code === "report_failed") logger.error("a report could not be made", errorFields(apiError.cause));
    if (apiError.code === "store_unavailable") logger.warn("the store cannot be read", errorFields(apiError.cause));
    if (apiError.code === "queue_unavailable") logger.warn("the queue cannot be reached", errorFields(apiError.cause));
    const { status } = API_ERRORS[apiError.code];
    if (status < 500) logger.info("request refused", { ...requestIdFields(response), status, code: apiError.code });
    // Half an answer must not look like a whole one.
    if (response.headersSent) response.destroy();
    else sendApiError(request, response, { error: apiError, clock });
  };
}

function requestIdFields(response: Response): LogFields {
  const { requestId, clientRequestId } = requestIdsOf(response);
  return { request_id: requestId, client_request_id: clientRequestId };
}

/** What is no error of ours is Express's word for a path that cannot be read, or ours to be ashamed of. */
function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof URIError) {
    return new ApiError("invalid_request", "The path holds a percent sign that begins no valid escape.");
  }
  return new ApiError("internal_error", "The gateway failed to handle the request.", { cause: error });
}

/** A body that is not wanted may be this long and the connection lives on. */
const READ_FOR_NOTHING = 64 * 1024;
/** For a client that hears no answer before it has sent all it has. */
const LINGER_MS = 5_000;

function isLongUnread({ complete, headers }: Request): boolean {
  return !complete && !(Number(headers["content-length"]) <= READ_FOR_NOTHING) && hasBody(headers);
}

const hasBody = (headers: Request["headers"]): boolean =>
  headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined;

/**
 * The answer at once, then the end of the connection: not before the client has had time to read it, since to close while
 * it still sends would take the answer away from it.
 */
function closeAfter(request: Request, response: Response, clock: Clock): void {
  request.resume();
  const end = (): void => {
    cancel();
    response.end();
  };
  const cancel = clock.after(LINGER_MS, end);
  request.once("end", end).once("close", end);
}
