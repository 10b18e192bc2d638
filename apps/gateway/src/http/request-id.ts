import { type Clock, newId } from "@understudy/runtime";
import type { RequestHandler, Response } from "express";

/** Our id for the request, and the client's own when it sent a valid one. */
export interface RequestIds {
  readonly requestId: string;
  readonly clientRequestId: string | null;
}

/** What may stand in a header, a log line and a URL without a second thought. */
const VALID_ID = /^[\w.:-]{1,128}$/;

/** Every answer carries `x-request-id`: the client's own if it sent a valid one, else ours. */
export function assignRequestId(clock: Clock): RequestHandler {
  return (request, response, next) => {
    const sent = request.headers["x-request-id"];
    const clientRequestId = typeof sent === "string" && VALID_ID.test(sent) ? sent : null;
    const ids: RequestIds = { requestId: newId("req", clock.now()), clientRequestId };
    response.locals["ids"] = ids;
    response.setHeader("x-request-id", clientRequestId ?? ids.requestId);
    next();
  };
}

export function requestIdsOf(response: Response): RequestIds {
  return response.locals["ids"] as RequestIds;
}
