import { type Clock, newId, type Random } from "@understudy/runtime";
import type { Choice, Composer } from "./answer/compose.ts";
import {
  type ApiError,
  badRequest,
  contentRefused,
  contextLengthExceeded,
  RefusedRequest,
  simulatedFailure,
} from "./api-error.ts";
import { type ChatRequest, readChatRequest } from "./chat-request.ts";
import type { Completion, CompletionUsage } from "./completion.ts";
import { type Delivery, sendStream, sendWhole } from "./delivery.ts";
import type { Exchange } from "./exchange.ts";
import { type Fault, UnknownFaultError } from "./fault.ts";
import type { FaultScript } from "./fault-script.ts";
import type { JsonObject } from "./json.ts";
import { type ModelProfile, profileOf } from "./model-profile.ts";
import { drawPace } from "./pace.ts";
import { spendReasoning } from "./reasoning.ts";
import { answerHeaders, quotaHeaders } from "./response-headers.ts";
import type { WireFace } from "./routes.ts";
import { piecesOf } from "./tokens.ts";
import type { Wire } from "./wire.ts";

export interface ChatDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly seed: string;
  readonly speed: number;
  readonly wobble: number;
  readonly faults: FaultScript;
  readonly compose: Composer;
}

export interface ModelCall {
  readonly face: WireFace;
  /** As the request names it, with whatever fault its name carries. */
  readonly modelName: string;
  readonly body: JsonObject;
}

/** Answers one request in its own wire format, or fails as its fault says. Throws `RefusedRequest` for what the client is told at once. */
export async function answerCall(exchange: Exchange, call: ModelCall, wire: Wire, deps: ChatDeps): Promise<void> {
  const { model, fault } = takeFault(exchange, call.modelName, deps.faults);
  if (fault?.kind === "hang") return;
  if (fault?.kind === "reset") {
    exchange.cut(true);
    return;
  }
  const profile = profileOf(model);
  const request = readChatRequest(wire.asChat(call.body), profile.reasons, model);
  const error = errorOf(fault, request, call.face);
  if (error !== null) throw new RefusedRequest(error);
  await deliver({ exchange, call, wire, request, profile, fault }, deps);
}

interface Task {
  readonly exchange: Exchange;
  readonly call: ModelCall;
  readonly wire: Wire;
  readonly request: ChatRequest;
  readonly profile: ModelProfile;
  readonly fault: Fault | null;
}

async function deliver(task: Task, deps: ChatDeps): Promise<void> {
  const { exchange, call, wire, request, profile, fault } = task;
  const completion = complete(task, deps);
  const { usage } = completion;
  const { firstTokenMs, perTokenMs } = drawPace(profile, fault, deps.speed, deps.random);
  // Hidden tokens come before the first visible one; a plain answer waits for all of them.
  const tokensBefore = request.stream ? usage.reasoningTokens : usage.completionTokens;
  const waitMs = firstTokenMs + tokensBefore * perTokenMs;
  if (waitMs > 0) await deps.clock.sleep(waitMs, exchange.signal);
  const headers = { ...answerHeaders(call.face, completion, waitMs), ...quotaHeaders(fault, call.face) };
  const delivery: Delivery = { exchange, headers, fault, wire, perTokenMs, clock: deps.clock };
  const question = { body: call.body, request };
  await (request.stream
    ? sendStream(delivery, wire.events(completion, question))
    : sendWhole(delivery, wire.whole(completion, question)));
}

/** The model and the fault that the request names or the script has for it. */
export function takeFault(exchange: Exchange, modelName: string, faults: FaultScript): ReturnType<FaultScript["take"]> {
  const header = exchange.request.headers["x-simulate"];
  try {
    return faults.take(modelName, typeof header === "string" ? header : null);
  } catch (error) {
    if (error instanceof UnknownFaultError) throw new RefusedRequest(badRequest(error.message, "unknown_fault"));
    throw error;
  }
}

/** Anthropic's models, Bedrock's guardrails and Google's filters refuse with an answer. */
const REFUSE_BY_ANSWER: ReadonlySet<WireFace> = new Set(["anthropic", "bedrock", "gemini", "vertex"]);

function errorOf(fault: Fault | null, request: ChatRequest, face: WireFace): ApiError | null {
  if (fault?.kind === "fail") return simulatedFailure(fault.status);
  if (fault?.kind === "fail-context") return contextLengthExceeded(request.promptTokens, face);
  if (fault?.kind === "fail-content" && !REFUSE_BY_ANSWER.has(face)) return contentRefused(face);
  return fault?.kind === "stream-error" && !request.stream ? simulatedFailure(500) : null;
}

function complete(task: Task, deps: ChatDeps): Completion {
  const { call, request, profile } = task;
  const now = deps.clock.now();
  const reasoningTokens = profile.reasons ? spendReasoning(request, deps.seed, profile.name) : 0;
  const choices = choicesOf(task, deps, (request.maxTokens ?? Infinity) - reasoningTokens);
  return {
    id: newId("chatcmpl", now).replace("_", "-"),
    created: Math.floor(now / 1000),
    model: profile.snapshot,
    fingerprint: profile.fingerprint,
    face: call.face,
    choices,
    usage: usageOf(request, choices, reasoningTokens),
  };
}

function choicesOf({ request, profile, fault }: Task, deps: ChatDeps, tokenLimit: number): readonly Choice[] {
  if (fault?.kind === "empty") return [{ pieces: [], toolCall: null, finishReason: "stop" }];
  if (fault?.kind === "fail-content")
    return [{ pieces: piecesOf("I"), toolCall: null, finishReason: "content_filter" }];
  if (fault?.kind === "huge") return [hugeChoice(fault.bytes)];
  if (tokenLimit <= 0) return [{ pieces: [], toolCall: null, finishReason: "length" }];
  const wobble = 1 - (1 - deps.wobble) * (1 - profile.wobble);
  const wobbles = wobble > 0 && deps.random() < wobble;
  const salt = wobbles ? String(deps.random()) : "";
  return Array.from({ length: request.choices }, (_, index) =>
    deps.compose(request, { profile, seed: deps.seed, variation: `${index}${salt}` }, tokenLimit),
  );
}

const HUGE_PIECE = "All work and no play makes a long answer. ".repeat(400);

/** An answer of so many bytes, in pieces of some 16 KB: a piece for each word would take longer to make than to send. */
function hugeChoice(bytes: number): Choice {
  const whole = Array.from({ length: Math.floor(bytes / HUGE_PIECE.length) }, () => HUGE_PIECE);
  const rest = HUGE_PIECE.slice(0, bytes % HUGE_PIECE.length);
  return { pieces: rest === "" ? whole : [...whole, rest], toolCall: null, finishReason: "stop" };
}

function usageOf(request: ChatRequest, choices: readonly Choice[], reasoningTokens: number): CompletionUsage {
  const visible = choices.reduce((sum, { pieces, toolCall }) => sum + pieces.length + nameAndArguments(toolCall), 0);
  const { promptTokens } = request;
  return {
    promptTokens,
    // Real caches start at 1,024 tokens and count in steps of 128; here a long prompt always finds its beginning cached.
    cachedTokens: promptTokens < 1024 ? 0 : Math.floor(promptTokens / 256) * 128,
    completionTokens: visible + reasoningTokens,
    reasoningTokens,
  };
}

function nameAndArguments(toolCall: Choice["toolCall"]): number {
  return toolCall === null ? 0 : toolCall.pieces.length + piecesOf(toolCall.name).length;
}
