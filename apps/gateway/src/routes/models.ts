import type { CallRouter } from "@understudy/router";
import type { RequestHandler } from "express";
import { ApiError } from "../http/api-error.ts";

interface Model {
  readonly id: string;
  readonly object: "model";
  readonly created: number;
  readonly owned_by: "understudy";
}

/** GET /v1/models: the names a client may put in `model`. `created` is when this process started, in epoch seconds. */
export function modelsRoute(router: CallRouter, startedAt: number): RequestHandler {
  const data = router.models().map((id) => modelNamed(id, startedAt));
  return (_request, response) => {
    response.json({ object: "list", data });
  };
}

/** GET /v1/models/:id; an id may hold slashes. A name that a wildcard takes is a model as well. */
export function modelRoute(router: CallRouter, startedAt: number): RequestHandler {
  return (request, response) => {
    const path: unknown = request.params["id"];
    const id = Array.isArray(path) ? path.join("/") : String(path);
    if (router.groupOf(id) === null) {
      throw new ApiError("model_not_found", `The model ${JSON.stringify(id.slice(0, 200))} does not exist here.`);
    }
    response.json(modelNamed(id, startedAt));
  };
}

function modelNamed(id: string, startedAt: number): Model {
  return { id, object: "model", created: Math.floor(startedAt / 1000), owned_by: "understudy" };
}
