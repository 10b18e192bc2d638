import { type Api, APIS, estimateTokens } from "@understudy/apis";
import type { CallRouter, Passed } from "@understudy/router";
import { type Request, type RequestHandler, type Response, Router } from "express";
import { ApiError } from "../http/api-error.ts";
import { askedAt } from "../http/find-api.ts";
import { readClientRequest } from "../request/client-request.ts";
import { forwardHeaders } from "./answer-headers.ts";
import { forwardedBy, groupFor, whenClientLeaves } from "./primary-call.ts";

export interface BesideDeps {
  readonly router: CallRouter;
  readonly authenticated: RequestHandler;
  readonly rawBody: RequestHandler;
}

/** An id becomes part of a provider's URL. */
const ID = /^[\w-]{1,200}$/;

/** What APIs do beside their calls: count tokens, and what may be done with an answer that a provider keeps. */
export function besideRoutes({ router, authenticated, rawBody }: BesideDeps): RequestHandler {
  const routes = Router();
  for (const api of Object.values(APIS)) {
    const path = `/v1${api.paths[0] ?? ""}`;
    const { counts, kept } = api.beside;
    if (counts !== null) routes.post(`${path}${counts}`, authenticated, rawBody, countTokens(api, counts, router));
    for (const [method, behind] of kept) {
      const register = { GET: "get", POST: "post", DELETE: "delete" } as const;
      routes[register[method]](`${path}/:id${behind}`, authenticated, keptAnswer(api, [method, behind], router));
    }
  }
  return routes;
}

function countTokens(api: Api, counts: string, router: CallRouter): RequestHandler {
  return async (request, response) => {
    const { model, body, written } = readClientRequest(api, request.body, askedAt(response)?.model ?? null);
    const group = groupFor(model, router);
    const passed = await router.passOn({
      api: api.name,
      method: "POST",
      behind: counts,
      model: { group, requested: model },
      answer: api.following?.earlierIn(body) ?? null,
      body,
      written,
      headers: forwardedBy(api, request),
      signal: whenClientLeaves(response),
    });
    const cannotCount = passed === null || passed.status === 404 || passed.status === 405;
    if (cannotCount && api.beside.counted !== null) {
      response.json(api.beside.counted(estimateTokens(api.view(body))));
      return;
    }
    send(passed, response, `No deployment of ${model} counts tokens for this API, or none could be reached.`);
  };
}

function keptAnswer(api: Api, [method, behind]: Api["beside"]["kept"][number], router: CallRouter): RequestHandler {
  return async (request: Request, response: Response) => {
    const id = String(request.params["id"]);
    if (!ID.test(id)) throw new ApiError("not_found", "There is no answer with such an id.");
    const query = request.url.slice(request.path.length);
    const passed = await router.passOn({
      api: api.name,
      method,
      behind: `/${id}${behind}${query}`,
      model: null,
      answer: id,
      body: null,
      written: null,
      headers: forwardedBy(api, request),
      signal: whenClientLeaves(response),
    });
    send(passed, response, `No provider that was asked holds ${id}, or none could be reached.`);
  };
}

function send(passed: Passed | null, response: Response, otherwise: string): void {
  if (passed === null) throw new ApiError("not_found", otherwise);
  response.status(passed.status);
  forwardHeaders(passed.headers, response);
  response.end(passed.body);
}
