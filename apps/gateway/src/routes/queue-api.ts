import { Router, type Request, type RequestHandler } from "express";
import { z } from "zod";
import { ApiError } from "../http/api-error.ts";
import { onlyMethod } from "../http/only-method.ts";
import { sentFrom } from "../http/same-origin.ts";
import type { QueuesDesk } from "../queues-desk.ts";

const FAILED = "/api/queues/:silentModel/failed";
const ONE = `${FAILED}/:pairId`;

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 100;

/** Names of silent models are encoded in the path: `/api/queues/a%2Fb/failed`. */
export function queueApi(desk: QueuesDesk): Router {
  const api = Router();
  api.get(
    "/api/queues",
    answering(async () => ({ data: await desk.summaries(), next_cursor: null })),
  );
  api.get(
    FAILED,
    answering((request) => desk.failed(modelOf(request), readPage(request.query))),
  );
  api.post("/api/queues/*path", notFromElsewhere);
  api.post(
    `${FAILED}/retry`,
    answering((request) => desk.retryAll(modelOf(request))),
  );
  api.post(
    `${FAILED}/discard`,
    answering(async (request) => ({ discarded: await desk.discardAll(modelOf(request)) })),
  );
  api.post(
    `${ONE}/retry`,
    answering(async (request) => {
      await desk.retry(modelOf(request), pairOf(request));
      return { pair_id: pairOf(request), status: "retried" };
    }),
  );
  api.post(
    `${ONE}/discard`,
    answering(async (request) => {
      await desk.discard(modelOf(request), pairOf(request));
      return { pair_id: pairOf(request), status: "discarded" };
    }),
  );
  api.all(["/api/queues", FAILED], onlyMethod("GET"));
  api.all([`${FAILED}/retry`, `${FAILED}/discard`, `${ONE}/retry`, `${ONE}/discard`], onlyMethod("POST"));
  return api;
}

/** A page of another site can have a browser post here; it must not retry or discard anything, key or no key. */
const notFromElsewhere: RequestHandler = (request, _response, next) => {
  if (sentFrom(request) === "elsewhere") {
    throw new ApiError("cross_site_request", "This was sent by a page of another site, and is refused.");
  }
  next();
};

function answering(answer: (request: Request) => Promise<unknown>): RequestHandler {
  return async (request, response) => {
    response.json(await answer(request));
  };
}

const modelOf = (request: Request): string => String(request.params["silentModel"]);
const pairOf = (request: Request): string => String(request.params["pairId"]);

function readPage(query: Readonly<Record<string, unknown>>): {
  readonly limit: number;
  readonly cursor: string | null;
} {
  const limit = z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT).safeParse(query["limit"]);
  if (!limit.success) {
    throw new ApiError("invalid_request", `\`limit\` must be a whole number from 1 to ${MAX_LIMIT}.`, {
      param: "limit",
    });
  }
  const cursor = z.string().min(1).nullable().default(null).safeParse(query["cursor"]);
  if (!cursor.success) {
    const message = "`cursor` must be the next_cursor of an earlier answer.";
    throw new ApiError("invalid_request", message, { param: "cursor" });
  }
  return { limit: limit.data, cursor: cursor.data };
}
