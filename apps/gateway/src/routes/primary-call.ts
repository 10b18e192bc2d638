import type { GatewaySettings } from "@understudy/config";
import type { Control } from "@understudy/control";
import { CallAbortedError, type CallRouter } from "@understudy/router";
import type { Api } from "@understudy/apis";
import type { Background } from "@understudy/runtime";
import type { TracePrimary } from "@understudy/telemetry";
import type { Request, RequestHandler, Response } from "express";
import { answeredRequest, type FinishedRequest } from "../after/finished-request.ts";
import { ApiError } from "../http/api-error.ts";
import { askedAt } from "../http/find-api.ts";
import { holderOf } from "../http/authenticate.ts";
import { requestIdsOf } from "../http/request-id.ts";
import { callerOf } from "../request/caller.ts";
import { readClientRequest } from "../request/client-request.ts";
import { sideOf } from "../rollout/side.ts";
import type { Pings } from "./pings.ts";
import { respond } from "./respond.ts";

export interface PrimaryCallDeps {
  readonly router: CallRouter;
  /** Which groups are being handed over to others. */
  readonly control: Control;
  readonly background: Background;
  readonly pings: Pings;
  readonly settings: Pick<GatewaySettings, "masterKey">;
  /** Whether providers are told of the call's span. */
  readonly tracePrimary: TracePrimary | null;
  /** Everything that happens once the client has its answer: record, log, mirror. */
  readonly afterAnswer: (finished: FinishedRequest) => void;
}

/** A name may be as long as a body, and an error message should not be. */
const LONGEST_NAME_SHOWN = 200;

/** POST /v1/chat/completions and its like: the primary call. Nothing here knows of mirroring. */
export function primaryCallRoute(api: Api, deps: PrimaryCallDeps): RequestHandler {
  const { router, background, tracePrimary, afterAnswer, settings, pings, control } = deps;
  const answer = async (httpRequest: Request, response: Response): Promise<FinishedRequest> => {
    const request = readClientRequest(api, httpRequest.body, askedAt(response)?.model ?? null);
    const ids = requestIdsOf(response);
    const headers = forwardedBy(api, httpRequest);
    const options = clientOptionsIn(httpRequest);
    const group = groupFor(request.model, router);
    const sided = sideOf({ group, api, body: request.body, ids, session: options.session }, control, router);
    const servedBy = sided !== null;
    const stream = request.body["stream"] === true ? pings.open(response, { ping: api.ping, servedBy }) : null;
    const trace = tracePrimary?.(ids.requestId, httpRequest.headers["traceparent"]) ?? null;
    const call = await router.call({
      ...ids,
      caller: callerOf(holderOf(response), httpRequest.headers, request.sent),
      role: "primary",
      operation: api.name,
      requestedModel: request.model,
      group,
      body: request.body,
      written: request.written,
      headers: { ...headers, ...handedBack(api, httpRequest) },
      signal: whenClientLeaves(response),
      timeoutMs: null,
      persist: true,
      traceparent: trace === null ? null : trace.traceparent,
      opening: stream === null ? undefined : (head) => stream.opening(head),
      handover: sided === null ? null : sided.handover,
    });
    const hidesAddresses = settings.masterKey !== null;
    await respond(call, response, { api, requestId: ids.requestId, hidesAddresses, stream, servedBy });
    const answered = answeredRequest(api, request);
    return { call: call.finished(), request: answered, headers, ...options, trace, side: sided?.side ?? null };
  };
  return (httpRequest, response) => {
    const answered = answer(httpRequest, response);
    // Under way from the beginning: a gateway that stops waits for what comes after answers that it has to cut off.
    background.run("after the answer", () => answered.then(afterAnswer, () => undefined));
    return answered.then(() => undefined);
  };
}

/** The client's headers that go to the provider. */
export function forwardedBy({ forwards }: Api, { headers }: Request): Readonly<Record<string, string>> {
  if (forwards === null) return NO_HEADERS;
  const entries = Object.entries(headers).filter(([name, value]) => forwards.test(name) && typeof value === "string");
  return Object.fromEntries(entries) as Record<string, string>;
}

const NO_HEADERS = {};

/** The header by which a provider knows where it left off. It does not travel with the mirror: no other has given it. */
function handedBack({ following }: Api, { headers }: Request): Readonly<Record<string, string>> {
  const value = following === null ? undefined : headers[following.header];
  return following === null || typeof value !== "string" ? NO_HEADERS : { [following.header]: value };
}

/** Of Claude Code, Codex (both spellings) and LiteLLM, in the order in which they are believed. */
const SESSION_HEADERS = ["x-claude-code-session-id", "session-id", "session_id", "x-litellm-session-id"] as const;

function sessionIn(headers: Request["headers"]): string | null {
  for (const name of SESSION_HEADERS) {
    const session = headers[name];
    if (typeof session === "string" && session !== "") return session;
  }
  return null;
}

/** A client may ask for less than is done otherwise, and never for more. */
function clientOptionsIn({
  headers,
}: Request): Pick<FinishedRequest, "optedOut" | "clientTry" | "session" | "withoutText"> {
  return {
    optedOut: says(headers["x-understudy-mirror"], "off"),
    clientTry: clientTryIn(headers),
    session: sessionIn(headers),
    // LiteLLM's header for one call without texts in its logs.
    withoutText: says(headers["x-litellm-enable-message-redaction"], "true"),
  };
}

function clientTryIn(headers: Request["headers"]): FinishedRequest["clientTry"] {
  const { "idempotency-key": key, "x-stainless-retry-count": count } = headers;
  const retryCount = Number(count);
  return { idempotencyKey: typeof key === "string" ? key : null, retryCount: retryCount > 0 ? retryCount : 0 };
}

function says(header: string | readonly string[] | undefined, word: string): boolean {
  return typeof header === "string" && header.trim().toLowerCase() === word;
}

export function groupFor(model: string, router: CallRouter): string {
  const group = router.groupOf(model);
  if (group !== null) return group;
  const asked = JSON.stringify(model.slice(0, LONGEST_NAME_SHOWN));
  const known = router.models().join(", ");
  throw new ApiError("model_not_found", `The model ${asked} does not exist here. Known models: ${known}.`, {
    param: "model",
  });
}

/** Aborts when the connection closes before the answer has ended, so that the provider stops too. */
export function whenClientLeaves(response: Response): AbortSignal {
  const leaving = new AbortController();
  const leave = (): void => leaving.abort(new CallAbortedError());
  response.once("close", () => {
    if (!response.writableFinished) leave();
  });
  // While a compressed body was being inflated, say.
  if (response.destroyed) leave();
  return leaving.signal;
}
