import type { Metrics } from "@understudy/telemetry";
import type { Request, RequestHandler } from "express";

/** What nginx made customary for a client that left before its answer had ended. */
const CLIENT_LEFT = 499;

/** Counts requests by route pattern and status, and those under way. */
export function countRequests(metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    metrics.requestStarted();
    response.once("close", () => {
      const status = response.writableFinished ? response.statusCode : CLIENT_LEFT;
      metrics.requestFinished(patternOf(request), status);
    });
    next();
  };
}

/**
 * The pattern and never the path, which a client can make up. Routes name their whole path: what they are mounted on
 * is forgotten once an error has left the router.
 */
function patternOf(request: Request): string {
  const path: unknown = (request.route as { path?: unknown } | undefined)?.path;
  const first: unknown = Array.isArray(path) ? path[0] : path;
  return typeof first === "string" ? first : "none";
}
