export type WireFace = "openai" | "azure";

/** What a path asks for. */
export type Route =
  | {
      readonly kind: "chat" | "embeddings";
      readonly face: WireFace;
      readonly deployment: string | null;
      readonly apiVersion: string | null;
    }
  | { readonly kind: "models"; readonly model: string | null }
  | { readonly kind: "health" }
  | { readonly kind: "wrong-method"; readonly face: WireFace; readonly allowed: string }
  | { readonly kind: "unknown"; readonly face: WireFace };

const DEPLOYMENT = /^\/openai\/deployments\/([^/]+)\/(chat\/completions|embeddings)$/;
const MODEL_CALL = /^(\/openai\/v1|\/v1)?\/(chat\/completions|embeddings)$/;
const MODELS = /^(?:\/v1)?\/models(?:\/(.+))?$/;

export function findRoute(method: string, url: string): Route {
  const [path = "", query = ""] = url.split("?", 2);
  const route = routeOfPath(path, query);
  const allowed = isModelCall(route) ? "POST" : "GET";
  if (route.kind === "unknown" || method === allowed) return route;
  return { kind: "wrong-method", face: isModelCall(route) ? route.face : "openai", allowed };
}

/** Whether a model is asked for something. */
export function isModelCall(route: Route): route is Route & { readonly kind: "chat" | "embeddings" } {
  return route.kind === "chat" || route.kind === "embeddings";
}

function routeOfPath(path: string, query: string): Route {
  const [, base, operation] = MODEL_CALL.exec(path) ?? [];
  if (operation !== undefined) {
    const face = base === "/openai/v1" ? "azure" : "openai";
    return { kind: kindOf(operation), face, deployment: null, apiVersion: null };
  }
  const [, deployment, asked] = DEPLOYMENT.exec(path) ?? [];
  if (deployment !== undefined && asked !== undefined) {
    const apiVersion = new URLSearchParams(query).get("api-version");
    return { kind: kindOf(asked), face: "azure", deployment: decode(deployment), apiVersion };
  }
  const models = MODELS.exec(path);
  if (models !== null) return { kind: "models", model: models[1] === undefined ? null : decode(models[1]) };
  if (path === "/health") return { kind: "health" };
  return { kind: "unknown", face: path.startsWith("/openai/") ? "azure" : "openai" };
}

function kindOf(operation: string): "chat" | "embeddings" {
  return operation === "embeddings" ? "embeddings" : "chat";
}

/** A path segment without its percent signs; one that does not decode stays as it is. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
