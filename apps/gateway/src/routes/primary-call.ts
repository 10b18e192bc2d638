import { CallAbortedError, type CallRouter, type Operation } from "@understudy/router";
import type { Background } from "@understudy/runtime";
import type { TracePrimary } from "@understudy/telemetry";
import type { Request, RequestHandler, Response } from "express";
import { answeredRequest, type FinishedRequest } from "../after/finished-request.ts";
import { ApiError } from "../http/api-error.ts";
import { requestIdsOf } from "../http/request-id.ts";
import { readClientRequest } from "./client-request.ts";
import { respond } from "./respond.ts";

export interface PrimaryCallDeps {
  readonly router: CallRouter;
  readonly background: Background;
  /** Whether providers are told of the call's span. */
  readonly tracePrimary: TracePrimary | null;
  /** Everything that happens once the client has its answer: record, log, mirror. */
  readonly afterAnswer: (finished: FinishedRequest) => void;
}

/** A name may be as long as a body, and an error message should not be. */
const LONGEST_NAME_SHOWN = 200;

/** POST /v1/chat/completions and its like: the primary call. Nothing here knows of mirroring. */
export function primaryCallRoute(operation: Operation, deps: PrimaryCallDeps): RequestHandler {
  const { router, background, tracePrimary, afterAnswer } = deps;
  const answer = async (httpRequest: Request, response: Response): Promise<FinishedRequest> => {
    const request = readClientRequest(operation, httpRequest.body);
    const ids = requestIdsOf(response);
    const trace = tracePrimary?.(ids.requestId, httpRequest.headers["traceparent"]) ?? null;
    const call = await router.call({
      ...ids,
      role: "primary",
      operation,
      requestedModel: request.model,
      group: groupFor(request.model, router),
      body: request.body,
      written: request.written,
      signal: whenClientLeaves(response),
      timeoutMs: null,
      persist: true,
      traceparent: trace === null ? null : trace.traceparent,
    });
    await respond(call, response);
    return { call: call.finished(), request: answeredRequest(operation, request), ...wishesIn(httpRequest), trace };
  };
  return (httpRequest, response) => {
    const answered = answer(httpRequest, response);
    // Under way from the beginning: a gateway that stops waits for what comes after answers that it has to cut off.
    background.run("after the answer", () => answered.then(afterAnswer, () => undefined));
    return answered.then(() => undefined);
  };
}

/** A client may ask for less than is done otherwise, and never for more. */
function wishesIn({ headers }: Request): Pick<FinishedRequest, "optedOut" | "withoutText"> {
  return {
    optedOut: says(headers["x-understudy-mirror"], "off"),
    // LiteLLM's header for one call without texts in its logs.
    withoutText: says(headers["x-litellm-enable-message-redaction"], "true"),
  };
}

function says(header: string | readonly string[] | undefined, word: string): boolean {
  return typeof header === "string" && header.trim().toLowerCase() === word;
}

function groupFor(model: string, router: CallRouter): string {
  const group = router.groupOf(model);
  if (group !== null) return group;
  const asked = JSON.stringify(model.slice(0, LONGEST_NAME_SHOWN));
  const known = router.models().join(", ");
  throw new ApiError("model_not_found", `The model ${asked} does not exist here. Known models: ${known}.`, {
    param: "model",
  });
}

/** Aborts when the connection closes before the answer has ended, so that the provider stops too. */
function whenClientLeaves(response: Response): AbortSignal {
  const leaving = new AbortController();
  const leave = (): void => leaving.abort(new CallAbortedError());
  response.once("close", () => {
    if (!response.writableFinished) leave();
  });
  // While a compressed body was being inflated, say.
  if (response.destroyed) leave();
  return leaving.signal;
}
