import { JOB_STATES, type JobsMeant, type JobState } from "@understudy/contracts";
import { Router, type Request, type RequestHandler } from "express";
import { onlyMethod } from "../http/only-method.ts";
import type { QueueControl } from "../control/queue-control.ts";
import { pageOf } from "./query-values.ts";

const MAX_LIMIT = 100;

/** Names of silent models are encoded in the path: `/api/queues/a%2Fb/failed`. */
export function queueApi(control: QueueControl): Router {
  const api = Router();
  api.get(
    "/api/queues",
    answering(async () => ({ data: await control.summaries(), next_cursor: null })),
  );
  api.all("/api/queues", onlyMethod("GET"));
  for (const state of JOB_STATES) jobRoutes(api, state, control);
  return api;
}

function jobRoutes(api: Router, state: JobState, control: QueueControl): void {
  const all = `/api/queues/:silentModel/${state}`;
  const one = `${all}/:pairId`;
  const meant = (request: Request): JobsMeant => ({ silentModel: String(request.params["silentModel"]), state });
  const pairOf = (request: Request): string => String(request.params["pairId"]);
  api.get(
    all,
    answering((request) => control.jobs(meant(request), pageOf(request.query, MAX_LIMIT))),
  );
  api.post(
    `${all}/retry`,
    answering((request) => control.retryAll(meant(request))),
  );
  api.post(
    `${all}/discard`,
    answering(async (request) => ({ discarded: await control.discardAll(meant(request)) })),
  );
  api.post(
    `${one}/retry`,
    answering(async (request) => {
      await control.retry(meant(request), pairOf(request));
      return { pair_id: pairOf(request), status: "retried" };
    }),
  );
  api.post(
    `${one}/discard`,
    answering(async (request) => {
      await control.discard(meant(request), pairOf(request));
      return { pair_id: pairOf(request), status: "discarded" };
    }),
  );
  api.all(all, onlyMethod("GET"));
  api.all([`${all}/retry`, `${all}/discard`, `${one}/retry`, `${one}/discard`], onlyMethod("POST"));
}

function answering(answer: (request: Request) => Promise<unknown>): RequestHandler {
  return async (request, response) => {
    response.json(await answer(request));
  };
}
