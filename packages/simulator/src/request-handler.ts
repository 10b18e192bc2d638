import type { IncomingMessage, ServerResponse } from "node:http";
import { newId } from "@understudy/runtime";
import { type ApiError, badRequest, RefusedRequest } from "./api-error.ts";
import { refuseKey } from "./authentication.ts";
import { CONVERSE_WIRE } from "./bedrock/converse-wire.ts";
import { INVOKE_WIRE, refuseInvoked } from "./bedrock/invoke-wire.ts";
import type { Signed } from "./bedrock/signature.ts";
import { answerCall, type ChatDeps, type ModelCall } from "./chat-answer.ts";
import { answerCount } from "./count-tokens.ts";
import { answerEmbeddings } from "./embeddings.ts";
import { OLLAMA_WIRE } from "./ollama/ollama-wire.ts";
import { type Exchange, openExchange, sendError, sendJson } from "./exchange.ts";
import { GEMINI_WIRE } from "./google/gemini-wire.ts";
import type { GoogleTokens } from "./google/google-tokens.ts";
import { refuseRawPredict } from "./google/raw-predict.ts";
import { isObject, type JsonObject, objectOf, stringOf } from "./json.ts";
import type { KeptResponses } from "./kept-responses.ts";
import { messagesAsChat, refuseVersion } from "./messages-request.ts";
import { MESSAGES_WIRE } from "./messages-wire.ts";
import { MODEL_PROFILES, type ModelProfile, profileOf } from "./model-profile.ts";
import { readBody } from "./read-body.ts";
import { createResponsesWire } from "./responses-wire.ts";
import { type CallKind, findRoute, isModelCall, type Route, type WireFace } from "./routes.ts";
import type { SeenRequests } from "./seen-requests.ts";
import { COMPLETIONS_WIRE } from "./text-completion.ts";
import { CHAT_WIRE } from "./wire.ts";

export interface HandlerDeps extends ChatDeps {
  readonly seen: SeenRequests;
  readonly maxBodyBytes: number;
  readonly kept: KeptResponses;
  readonly googleTokens: GoogleTokens;
}

/** Handles one HTTP request from its first byte to its end. Never rejects. */
export async function handleRequest(
  request: IncomingMessage,
  response: ServerResponse,
  deps: HandlerDeps,
): Promise<void> {
  const exchange = openExchange(request, response, deps.seen);
  const route = findRoute(request.method ?? "GET", request.url ?? "/");
  response.setHeader(REQUEST_ID[faceOf(route)], newId("req", deps.clock.now()));
  try {
    await answer(exchange, route, deps);
  } catch (error) {
    if (exchange.signal.aborted || response.headersSent || (request.destroyed && !request.complete)) return;
    sendError(exchange, error instanceof RefusedRequest ? error.error : unexpected(error), faceOf(route));
  }
}

async function answer(exchange: Exchange, route: Route, deps: HandlerDeps): Promise<void> {
  const text = await readBody(exchange.request, deps.maxBodyBytes);
  const body = text === null || text === "" ? null : parse(text);
  const modelName = modelNamed(route, body);
  exchange.arrive(body === undefined ? text : body, modelName);
  if (route.kind === "health") return sendJson(exchange, 200, {}, '{"status":"ok"}');
  if (route.kind === "google-token") return sendToken(exchange, text ?? "", deps.googleTokens);
  const refusal = refuseRoute(exchange, route) ?? refuseKey(signedOf(exchange, text), route, deps);
  if (refusal !== null) throw new RefusedRequest(refusal);
  if (text === null) throw new RefusedRequest(tooLarge(deps.maxBodyBytes));
  if (route.kind === "models") sendModels(exchange, route.model);
  if (route.kind === "kept-response") sendKept(exchange, route.id, deps.kept);
  if (isModelCall(route)) await answerFor(exchange, route, modelCall(route.face, modelName, body), deps);
}

/** By the path, or else by the body. */
function modelNamed(route: Route, body: unknown): string | null {
  return (isModelCall(route) ? route.deployment : null) ?? stringOf(objectOf(body)["model"]);
}

function sendToken(exchange: Exchange, form: string, tokens: GoogleTokens): void {
  const { status, body } = tokens.answerTo(form);
  sendJson(exchange, status, {}, JSON.stringify(body));
}

function signedOf({ request: { method = "GET", url = "/", headers } }: Exchange, text: string | null): Signed {
  return { method, url, headers, body: text ?? "" };
}

const REQUEST_ID: Readonly<Record<WireFace, string>> = {
  openai: "x-request-id",
  azure: "x-request-id",
  anthropic: "request-id",
  bedrock: "x-amzn-requestid",
  gemini: "x-request-id",
  vertex: "x-request-id",
  ollama: "x-request-id",
};

async function answerFor(exchange: Exchange, route: CallRoute, asked: ModelCall, deps: HandlerDeps): Promise<void> {
  const { kind, stream, deployment } = route;
  if (kind === "invoke") refuseInvoked(asked.body);
  if (kind === "raw-predict") refuseRawPredict(asked.body);
  const call = stream === undefined ? asked : { ...asked, body: { ...asked.body, model: deployment, stream } };
  const outdated = call.face === "anthropic" ? refuseVersion(exchange.request.headers, call.body) : null;
  if (outdated !== null) throw new RefusedRequest(outdated);
  const responses = createResponsesWire(deps.kept);
  if (kind === "embeddings") answerEmbeddings(exchange, call, deps);
  else if (kind === "count_tokens") answerCount(exchange, call, MESSAGES_COUNTING, deps);
  else if (kind === "input_tokens") answerCount(exchange, call, { ...responses, head: INPUT_TOKENS }, deps);
  else await answerCall(exchange, call, { ...WIRES, responses }[kind], deps);
}

type CallRoute = Extract<Route, { readonly kind: CallKind }>;

const WIRES = {
  chat: CHAT_WIRE,
  completions: COMPLETIONS_WIRE,
  messages: MESSAGES_WIRE,
  converse: CONVERSE_WIRE,
  invoke: INVOKE_WIRE,
  gemini: GEMINI_WIRE,
  "raw-predict": MESSAGES_WIRE,
  ollama: OLLAMA_WIRE,
} as const;
const MESSAGES_COUNTING = { asChat: (body: JsonObject) => messagesAsChat({ ...body, max_tokens: 1 }), head: {} };
const INPUT_TOKENS = { object: "response.input_tokens" };

/** A response that was kept, or that it is gone. */
function sendKept(exchange: Exchange, id: string, kept: KeptResponses): void {
  const response = kept.get(id);
  if (response === null) {
    const message = `Response with id '${id}' not found.`;
    throw new RefusedRequest({ ...badRequest(message, null, "response_id"), status: 404 });
  }
  if (exchange.request.method === "GET") return sendJson(exchange, 200, {}, response.body);
  kept.remove(id);
  sendJson(exchange, 200, {}, JSON.stringify({ id, object: "response", deleted: true }));
}

function modelCall(face: WireFace, modelName: string | null, body: unknown): ModelCall {
  if (!isObject(body)) throw new RefusedRequest(badRequest("The body of the request is not a JSON object."));
  if (modelName !== null && modelName !== "") return { face, modelName, body };
  throw new RefusedRequest(badRequest("Missing required parameter: 'model'.", "missing_required_parameter", "model"));
}

/** Undefined for text that is not JSON: null is a JSON value. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function refuseRoute({ request }: Exchange, route: Route): ApiError | null {
  const { method = "GET", url = "/" } = request;
  const refusal = { type: "invalid_request_error", code: null, param: null };
  if (route.kind === "wrong-method") {
    const message = `Not allowed to ${method} on ${url}; use ${route.allowed}.`;
    return { ...refusal, status: 405, message, headers: { allow: route.allowed } };
  }
  if (route.kind === "unknown")
    return { ...refusal, status: 404, message: `Invalid URL (${method} ${url})`, code: "unknown_url" };
  if (!isModelCall(route) || route.face !== "azure" || route.deployment === null || route.apiVersion !== null)
    return null;
  return { ...refusal, status: 404, message: "Resource not found: the query has no api-version." };
}

function faceOf(route: Route): WireFace {
  return "face" in route ? route.face : "openai";
}

function sendModels(exchange: Exchange, model: string | null): void {
  const body = model === null ? { object: "list", data: MODEL_PROFILES.map(wireModel) } : wireModel(profileOf(model));
  sendJson(exchange, 200, {}, JSON.stringify(body));
}

function wireModel({ name, created }: ModelProfile): object {
  return { id: name, object: "model", created, owned_by: "simulator" };
}

function tooLarge(limit: number): ApiError {
  const message = `The body of the request is larger than ${limit} bytes.`;
  return { status: 413, type: "invalid_request_error", code: "request_too_large", param: null, message };
}

function unexpected(error: unknown): ApiError {
  const message = `The simulator itself failed: ${error instanceof Error ? error.message : String(error)}`;
  return { status: 500, type: "server_error", code: "simulator_bug", param: null, message };
}
