import type { CallRouter } from "@understudy/router";
import type { RequestHandler } from "express";

/** GET /v1/models: the names a client may put in `model`. `created` is when this process started, in epoch seconds. */
export function modelsRoute(router: CallRouter, startedAt: number): RequestHandler {
  const created = Math.floor(startedAt / 1000);
  const data = router.models().map((id) => ({ id, object: "model", created, owned_by: "understudy" }));
  return (_request, response) => {
    response.json({ object: "list", data });
  };
}
