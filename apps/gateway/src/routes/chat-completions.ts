import { CallAbortedError, type Call, type CallRouter } from "@understudy/router";
import type { Background } from "@understudy/runtime";
import type { RequestHandler, Response } from "express";
import { ApiError } from "../http/api-error.ts";
import { requestIdsOf } from "../http/request-id.ts";
import { type ChatRequest, readChatRequest } from "./chat-request.ts";
import { respond } from "./respond.ts";

export interface FinishedChat {
  readonly call: Call;
  readonly request: ChatRequest;
  readonly optedOut: boolean;
}

export interface ChatDeps {
  readonly router: CallRouter;
  readonly background: Background;
  /** Everything that happens once the client has its answer: record, log, mirror. */
  readonly afterAnswer: (finished: FinishedChat) => void;
}

/** POST /v1/chat/completions: the primary call. Nothing here knows of mirroring. */
export function chatCompletionsRoute({ router, background, afterAnswer }: ChatDeps): RequestHandler {
  return async (httpRequest, response) => {
    const request = readChatRequest(httpRequest.body);
    const call = await router.call({
      ...requestIdsOf(response),
      role: "primary",
      requestedModel: request.model,
      group: groupFor(request.model, router),
      body: request.body,
      signal: whenClientLeaves(response),
      timeoutMs: null,
      persist: true,
    });
    await respond(call, response);
    const optedOut = httpRequest.headers["x-understudy-mirror"] === "off";
    background.run("after the answer", () => afterAnswer({ call, request, optedOut }));
  };
}

function groupFor(model: string, router: CallRouter): string {
  const group = router.groupOf(model);
  if (group !== null) return group;
  const known = router.models().join(", ");
  throw new ApiError("model_not_found", `The model ${JSON.stringify(model)} does not exist here. Known models: ${known}.`, {
    param: "model",
  });
}

/** Aborts when the connection closes before the answer has ended, so that the provider stops too. */
function whenClientLeaves(response: Response): AbortSignal {
  const leaving = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) leaving.abort(new CallAbortedError());
  });
  return leaving.signal;
}
