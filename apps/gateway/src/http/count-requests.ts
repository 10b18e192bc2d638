import type { Metrics } from "@understudy/telemetry";
import type { Request, RequestHandler } from "express";

/** Counts requests by route pattern and status, and those under way. */
export function countRequests(metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    metrics.requestStarted();
    response.once("close", () => metrics.requestFinished(patternOf(request), response.statusCode));
    next();
  };
}

/** The pattern and never the path, which a client can make up. */
function patternOf(request: Request): string {
  const path: unknown = (request.route as { path?: unknown } | undefined)?.path;
  const first: unknown = Array.isArray(path) ? path[0] : path;
  return typeof first === "string" ? `${request.baseUrl}${first}` : "none";
}
