import type { CallError } from "@understudy/router";
import { errorFields, type LogFields, type Logger } from "@understudy/runtime";
import type { ErrorRequestHandler, Response } from "express";
import { API_ERRORS, ApiError } from "./api-error.ts";
import { requestIdsOf } from "./request-id.ts";

/** OpenAI's error body. */
export interface ErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string | null;
  };
}

/** OpenAI's `type` for a provider's failure that named none. */
const TYPE_OF_KIND: Readonly<Record<CallError["kind"], string>> = {
  bad_request: "invalid_request_error",
  authentication: "authentication_error",
  permission: "permission_error",
  not_found: "not_found_error",
  timeout: "timeout_error",
  rate_limit: "rate_limit_error",
  context_window: "invalid_request_error",
  content_policy: "invalid_request_error",
  unavailable: "server_error",
  server_error: "server_error",
  connection: "server_error",
  aborted: "server_error",
  malformed: "server_error",
};

export function callErrorBody(error: CallError): ErrorBody {
  const { message, type, param, code } = error;
  return { error: { message, type: type ?? TYPE_OF_KIND[error.kind], param, code: code ?? error.kind } };
}

export function sendApiError(response: Response, error: ApiError): void {
  const { status, type } = API_ERRORS[error.code];
  const body: ErrorBody = { error: { message: error.message, type, param: error.param, code: error.code } };
  response.status(status).json(body);
}

/** The one place where what a route threw becomes an answer. */
export function errorHandler(logger: Logger): ErrorRequestHandler {
  // Express tells an error handler by its four parameters.
  return (error: unknown, _request, response, _next) => {
    const apiError = asApiError(error);
    if (apiError.code === "internal_error") logger.error("a request failed unforeseen", errorFields(error));
    if (apiError.code === "report_failed") logger.error("a report could not be made", errorFields(apiError.cause));
    if (apiError.code === "store_unavailable") logger.warn("the store cannot be read", errorFields(apiError.cause));
    if (apiError.code === "queue_unavailable") logger.warn("the queue cannot be reached", errorFields(apiError.cause));
    const { status } = API_ERRORS[apiError.code];
    if (status < 500) logger.info("request refused", { ...requestIdFields(response), status, code: apiError.code });
    // Half an answer must not look like a whole one.
    if (response.headersSent) response.destroy();
    else sendApiError(response, apiError);
  };
}

function requestIdFields(response: Response): LogFields {
  const { requestId, clientRequestId } = requestIdsOf(response);
  return { request_id: requestId, client_request_id: clientRequestId };
}

/** Errors of the body reader carry a `type`; anything else unknown is ours to be ashamed of. */
function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const { type, limit } = error as { type?: unknown; limit?: unknown };
  if (type === "entity.too.large") {
    const message = `The request body is larger than ${String(limit)} bytes (general_settings.max_request_size_mb).`;
    return new ApiError("request_too_large", message, { cause: error });
  }
  if (type === "encoding.unsupported") {
    return new ApiError("unsupported_encoding", "Send the body plain, or with gzip, deflate, br or zstd encoding.");
  }
  if (type === "request.aborted" || type === "request.size.invalid") {
    return new ApiError("invalid_request", "The request ended before its body was complete.");
  }
  if (error instanceof URIError) {
    return new ApiError("invalid_request", "The path holds a percent sign that begins no valid escape.");
  }
  if ((error as { status?: unknown }).status === 400) {
    return new ApiError(
      "invalid_request",
      "The request body cannot be read; is it in the encoding that its headers name?",
    );
  }
  return new ApiError("internal_error", "The gateway failed to handle the request.", { cause: error });
}
