import type { IncomingMessage, ServerResponse } from "node:http";
import { type ApiError, errorBody } from "./api-error.ts";
import { ERROR_TYPE, errorType } from "./bedrock/bedrock-error.ts";
import type { WireFace } from "./routes.ts";
import type { RequestEnd, SeenRequest, SeenRequests } from "./seen-requests.ts";

/** One request and its answer under way. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Aborts when the connection closes before the answer is out. */
  readonly signal: AbortSignal;
  /** Notes the request as arrived; `body` and `model` as far as they could be read. */
  arrive(body: unknown, model: string | null): void;
  /** Closes the connection from our side. `rudely` is a TCP reset. */
  cut(rudely: boolean): void;
}

/** Follows a request to its end, however it comes, and notes it in `seen`. */
export function openExchange(request: IncomingMessage, response: ServerResponse, seen: SeenRequests): Exchange {
  const aborting = new AbortController();
  let noted: SeenRequest | null = null;
  let end: RequestEnd = "aborted";

  function arrive(body: unknown, model: string | null): void {
    const { method = "GET", url: path = "/", headers } = request;
    noted = { method, path, headers, body, model, end: null, status: null };
    seen.add(noted);
  }

  response.once("close", () => {
    if (response.writableFinished) end = "answered";
    else aborting.abort(new Error("the connection closed before the answer was out"));
    if (noted === null) arrive(null, null);
    if (noted !== null) seen.end(noted, end, response.headersSent ? response.statusCode : null);
  });

  return {
    request,
    response,
    signal: aborting.signal,
    arrive,
    cut(rudely) {
      end = "cut";
      if (rudely) request.socket.resetAndDestroy();
      else request.socket.destroy();
    },
  };
}

/** Sends a whole JSON body. */
export function sendJson(
  exchange: Exchange,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): void {
  const bytes = Buffer.byteLength(body);
  exchange.response.writeHead(status, { "content-type": "application/json", "content-length": bytes, ...headers });
  exchange.response.end(body);
}

export function sendError(exchange: Exchange, error: ApiError, face: WireFace): void {
  const requestId = exchange.response.getHeader("request-id");
  sendJson(
    exchange,
    error.status,
    { ...error.headers, ...(face === "bedrock" ? { [ERROR_TYPE]: errorType(error) } : {}) },
    errorBody(error, face, requestId === undefined ? null : String(requestId)),
  );
}
