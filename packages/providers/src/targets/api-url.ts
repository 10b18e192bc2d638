import { type Api } from "@understudy/apis";
import type { Provider } from "../table/provider.ts";

const NEWER_AZURE = new Set(["v1", "preview", "latest"]);
const AZURE_AI_VERSION = "2024-05-01-preview";

/** The version of Azure's deployments URL that LiteLLM takes where none is named. */
export const AZURE_VERSION = "2025-02-01-preview";

/** The URL of a provider's endpoint of an API below `base`. `*` stands where Azure wants the deployment's name. */
export function apiUrl(api: Api, provider: Provider, base: URL, apiVersion: string | null): string {
  return besideChat(api, chatUrl(provider, base, apiVersion));
}

/** All APIs of a provider stand side by side, but that Azure's Responses are of no deployment: their body names the model. */
function besideChat({ name, paths }: Api, url: string): string {
  const beside = new URL(url);
  const before = name === "responses" ? /(?:\/deployments\/[^/]+)?\/chat\/completions$/ : /\/chat\/completions$/;
  beside.pathname = beside.pathname.replace(before, paths[0] ?? "");
  return beside.href;
}

function chatUrl(provider: Provider, base: URL, apiVersion: string | null): string {
  return BUILDERS[provider.url](provider, base, apiVersion);
}

const BUILDERS: Readonly<Record<Provider["url"], typeof chatUrl>> = {
  path: (provider, base) => joined(base, provider.path),
  azure: azureUrl,
  azure_ai: azureAiUrl,
  vertex: (provider, base) => joined(base, provider.path),
};

function azureUrl(provider: Provider, base: URL, apiVersion: string | null): string {
  const newer = NEWER_AZURE.has(apiVersion ?? "") || /\/openai\/v1(?:\/|$)/.test(base.pathname);
  if (newer) return joined(base, "/openai/v1/chat/completions", apiVersion === "preview" ? apiVersion : null);
  const version = apiVersion ?? base.searchParams.get("api-version") ?? AZURE_VERSION;
  const hasDeployment = base.pathname.includes("/openai/deployments/");
  return joined(base, hasDeployment ? "/chat/completions" : provider.path, version);
}

function azureAiUrl(provider: Provider, base: URL, apiVersion: string | null): string {
  if (base.pathname.includes("/openai/v1")) return joined(base, "/chat/completions");
  if (!base.hostname.endsWith(".services.ai.azure.com")) return joined(base, "/v1/chat/completions", apiVersion);
  return joined(base, provider.path, apiVersion ?? AZURE_AI_VERSION);
}

/** Base and path with what both share written once: `…/v1` and `/v1/chat` give `…/v1/chat`. The base's query stays; a password in it is sent as a header. */
export function joined(base: URL, path: string, apiVersion: string | null = null): string {
  const url = new URL(base);
  url.hash = "";
  url.username = "";
  url.password = "";
  const before = segments(base.pathname.replace(/\/v1\/messages\/?$/, "/v1"));
  const after = segments(path);
  let shared = Math.min(before.length, after.length);
  while (shared > 0 && !endsWith(before, after.slice(0, shared))) shared -= 1;
  url.pathname = `/${[...before, ...after.slice(shared)].join("/")}`;
  if (apiVersion !== null) url.searchParams.set("api-version", apiVersion);
  return url.href;
}

function segments(path: string): string[] {
  return path.split("/").filter((segment) => segment !== "");
}

function endsWith(all: readonly string[], tail: readonly string[]): boolean {
  return tail.every((segment, index) => all[all.length - tail.length + index] === segment);
}
