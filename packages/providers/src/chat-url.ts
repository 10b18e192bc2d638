import type { Provider } from "./provider.ts";

const NEWER_AZURE = new Set(["v1", "preview", "latest"]);
const AZURE_AI_VERSION = "2024-05-01-preview";

/** What an Azure URL cannot do without. */
export class MissingApiVersionError extends Error {}

/**
 * The URL of a provider's chat endpoint below `base`. `*` stands where Azure wants the deployment's name.
 * Throws `MissingApiVersionError` when Azure's URL needs a version and none is given.
 */
export function chatUrl(provider: Provider, base: URL, apiVersion: string | null): string {
  return BUILDERS[provider.url](provider, base, apiVersion);
}

const BUILDERS: Readonly<Record<Provider["url"], typeof chatUrl>> = {
  path: (provider, base) => joined(base, provider.path),
  azure: azureUrl,
  azure_ai: azureAiUrl,
};

function azureUrl(provider: Provider, base: URL, apiVersion: string | null): string {
  const newer = NEWER_AZURE.has(apiVersion ?? "") || /\/openai\/v1(?:\/|$)/.test(base.pathname);
  if (newer) return joined(base, "/openai/v1/chat/completions", apiVersion === "preview" ? apiVersion : null);
  if (apiVersion === null && !base.searchParams.has("api-version")) throw new MissingApiVersionError();
  const hasDeployment = base.pathname.includes("/openai/deployments/");
  return joined(base, hasDeployment ? "/chat/completions" : provider.path, apiVersion);
}

function azureAiUrl(provider: Provider, base: URL, apiVersion: string | null): string {
  if (base.pathname.includes("/openai/v1")) return joined(base, "/chat/completions");
  if (!base.hostname.endsWith(".services.ai.azure.com")) return joined(base, "/v1/chat/completions", apiVersion);
  return joined(base, provider.path, apiVersion ?? AZURE_AI_VERSION);
}

/** Base and path with what both share written once: `…/v1` and `/v1/chat` give `…/v1/chat`. The base's query stays. */
function joined(base: URL, path: string, apiVersion: string | null = null): string {
  const url = new URL(base);
  url.hash = "";
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
