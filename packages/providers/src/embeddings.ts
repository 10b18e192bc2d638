import { type ReadAnswer } from "./answer.ts";
import type { ChatBody } from "./chat-body.ts";
import type { ChatRequest } from "./chat-request.ts";
import { NOTHING_READ } from "./read-answer.ts";
import { readUsage } from "./read-parts.ts";
import { type Target, upstreamModel, urlWithModel } from "./target.ts";
import { isObject, parseJson, textOrNull } from "./wire.ts";

/**
 * What to send to an OpenAI-compatible `/embeddings`. It stands beside the chat endpoint with every provider of the table,
 * Azure's three ways of building URLs included. A deployment's defaults are chat parameters and stay out.
 */
export function buildEmbeddingsRequest(target: Target, body: ChatBody, requestedModel: string): ChatRequest {
  const model = upstreamModel(target, requestedModel);
  const url = target.wildcard ? urlWithModel(target.chatUrl, model) : target.chatUrl;
  return {
    url: besideChat(url),
    headers: target.headers,
    body: JSON.stringify({ ...body, model, ...target.deployment.extraBody }),
  };
}

function besideChat(chatUrl: string): string {
  const url = new URL(chatUrl);
  url.pathname = url.pathname.replace(/\/chat\/completions$/, "/embeddings");
  return url.href;
}

/** Reads the answer for what a call record has of it: usage and names, no text. */
export function readEmbeddingsAnswer(text: string): ReadAnswer {
  const body = parseJson(text);
  if (!isObject(body)) return NOTHING_READ;
  return {
    ...NOTHING_READ,
    usage: readUsage(body["usage"]),
    response_model: textOrNull(body["model"]),
    complete: Array.isArray(body["data"]),
  };
}

/** The vectors of an answer in the order of the inputs; null where one is missing or no list of numbers. */
export function readVectors(text: string, inputs: number): readonly (readonly number[])[] | null {
  const body = parseJson(text);
  const data =
    isObject(body) && Array.isArray(body["data"]) ? (body["data"] as readonly unknown[]).filter(isObject) : [];
  const vectors = Array.from({ length: inputs }, (_, index) => {
    const entry = data.find((candidate) => candidate["index"] === index) ?? data[index];
    return entry?.["embedding"];
  });
  return vectors.every(isVector) ? vectors : null;
}

function isVector(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "number");
}
