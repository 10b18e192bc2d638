export type WireFace = "openai" | "azure";

/** What a path asks for. */
export type Route =
  | {
      readonly kind: "chat";
      readonly face: WireFace;
      readonly deployment: string | null;
      readonly apiVersion: string | null;
    }
  | { readonly kind: "models"; readonly model: string | null }
  | { readonly kind: "health" }
  | { readonly kind: "wrong-method"; readonly face: WireFace; readonly allowed: string }
  | { readonly kind: "unknown"; readonly face: WireFace };

const DEPLOYMENT_CHAT = /^\/openai\/deployments\/([^/]+)\/chat\/completions$/;
const OPENAI_CHAT = new Set(["/v1/chat/completions", "/chat/completions"]);
const MODELS = /^(?:\/v1)?\/models(?:\/(.+))?$/;

export function findRoute(method: string, url: string): Route {
  const [path = "", query = ""] = url.split("?", 2);
  const route = routeOfPath(path, query);
  const allowed = route.kind === "chat" ? "POST" : "GET";
  if (route.kind === "unknown" || method === allowed) return route;
  return { kind: "wrong-method", face: route.kind === "chat" ? route.face : "openai", allowed };
}

function routeOfPath(path: string, query: string): Route {
  if (OPENAI_CHAT.has(path)) return { kind: "chat", face: "openai", deployment: null, apiVersion: null };
  if (path === "/openai/v1/chat/completions") {
    return { kind: "chat", face: "azure", deployment: null, apiVersion: null };
  }
  const deployment = DEPLOYMENT_CHAT.exec(path)?.[1];
  if (deployment !== undefined) {
    const apiVersion = new URLSearchParams(query).get("api-version");
    return { kind: "chat", face: "azure", deployment: decode(deployment), apiVersion };
  }
  const models = MODELS.exec(path);
  if (models !== null) return { kind: "models", model: models[1] === undefined ? null : decode(models[1]) };
  if (path === "/health") return { kind: "health" };
  return { kind: "unknown", face: path.startsWith("/openai/") ? "azure" : "openai" };
}

/** A path segment without its percent signs; one that does not decode stays as it is. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
