import { type BedrockKind, bedrockRoute } from "./bedrock/bedrock-route.ts";
import { decode } from "./decode.ts";
import { type GoogleKind, googleRoute } from "./google/google-route.ts";

export type WireFace = "openai" | "azure" | "anthropic" | "bedrock" | "gemini" | "vertex" | "ollama";

/** What a model can be asked for, by the path that asks for it. */
const CALLS = {
  "chat/completions": "chat",
  completions: "completions",
  embeddings: "embeddings",
  messages: "messages",
  "messages/count_tokens": "count_tokens",
  responses: "responses",
  "responses/input_tokens": "input_tokens",
} as const;
export type CallKind = (typeof CALLS)[keyof typeof CALLS] | BedrockKind | GoogleKind | "ollama";

/** What a path asks for. */
export type Route =
  | {
      readonly kind: CallKind;
      readonly face: WireFace;
      readonly deployment: string | null;
      readonly apiVersion: string | null;
      /** Whether the path asks for a stream; where it does not say, the body does. */
      readonly stream?: boolean;
    }
  | { readonly kind: "kept-response"; readonly face: WireFace; readonly id: string }
  | { readonly kind: "google-token"; readonly face: WireFace }
  | { readonly kind: "models"; readonly model: string | null }
  | { readonly kind: "health" }
  | { readonly kind: "wrong-method"; readonly face: WireFace; readonly allowed: string }
  | { readonly kind: "unknown"; readonly face: WireFace };

const DEPLOYMENT = /^\/openai\/deployments\/([^/]+)\/(chat\/completions|completions|embeddings)$/;
const MODEL_CALL =
  /^(\/openai\/v1|\/v1)?\/(chat\/completions|completions|embeddings|responses|responses\/input_tokens)$/;
/** Azure's older path of responses names no deployment. */
const AZURE_RESPONSES = /^\/openai(?=\/responses(?:\/|$))/;
const KEPT_RESPONSE = /^(\/openai\/v1|\/v1)?\/responses\/([^/]+)$/;
const MESSAGES = /^(?:\/v1)?\/(messages(?:\/count_tokens)?)$/;
const OLLAMA_CALL: Route = { kind: "ollama", face: "ollama", deployment: null, apiVersion: null };
const MODELS = /^(?:\/v1)?\/models(?:\/(.+))?$/;

export function findRoute(method: string, url: string): Route {
  const [path = "", query = ""] = url.split("?", 2);
  const own = path === "/api/chat" ? OLLAMA_CALL : (bedrockRoute(path) ?? googleRoute(path));
  const route = own ?? routeOfPath(path.replace(AZURE_RESPONSES, "/openai/v1"), query);
  const allowed = methodsOf(route);
  if (route.kind === "unknown" || allowed.includes(method)) return route;
  return { kind: "wrong-method", face: "face" in route ? route.face : "openai", allowed: allowed.join(", ") };
}

function methodsOf(route: Route): readonly string[] {
  if (isModelCall(route) || route.kind === "google-token") return ["POST"];
  return route.kind === "kept-response" ? ["GET", "DELETE"] : ["GET"];
}

/** Whether a model is asked for something. */
export function isModelCall(route: Route): route is Route & { readonly kind: CallKind } {
  return "deployment" in route;
}

function routeOfPath(path: string, query: string): Route {
  const [, base, operation] = MODEL_CALL.exec(path) ?? [];
  if (operation !== undefined) {
    return { kind: kindOf(operation), face: faceAt(base), deployment: null, apiVersion: null };
  }
  const [, deployment, asked] = DEPLOYMENT.exec(path) ?? [];
  if (deployment !== undefined && asked !== undefined) {
    const apiVersion = new URLSearchParams(query).get("api-version");
    return { kind: kindOf(asked), face: "azure", deployment: decode(deployment), apiVersion };
  }
  const [, ofMessages] = MESSAGES.exec(path) ?? [];
  if (ofMessages !== undefined) {
    return { kind: kindOf(ofMessages), face: "anthropic", deployment: null, apiVersion: null };
  }
  const kept = KEPT_RESPONSE.exec(path);
  if (kept !== null) return { kind: "kept-response", face: faceAt(kept[1]), id: decode(kept[2] ?? "") };
  const models = MODELS.exec(path);
  if (models !== null) return { kind: "models", model: models[1] === undefined ? null : decode(models[1]) };
  if (path === "/health") return { kind: "health" };
  return { kind: "unknown", face: path.startsWith("/openai/") ? "azure" : "openai" };
}

function faceAt(base: string | undefined): WireFace {
  return base === "/openai/v1" ? "azure" : "openai";
}

function kindOf(operation: string): CallKind {
  return CALLS[operation as keyof typeof CALLS];
}
