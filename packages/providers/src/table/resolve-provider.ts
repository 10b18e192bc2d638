import { type Deployment, type Fault, nearestName, quoted, shown } from "@understudy/config";
import { ownerOf } from "./bare-names.ts";
import { NOT_SUPPORTED } from "./not-supported.ts";
import type { Provider } from "./provider.ts";
import { ALL_PROVIDERS, providerNamed, PROVIDERS } from "./providers.ts";

export type ResolvedProvider =
  | { readonly kind: "resolved"; readonly provider: Provider; readonly model: string }
  /** The provider is not known, or is, and cannot be called from here. */
  | { readonly kind: "unresolved"; readonly fault: Fault };

const NAMES = ALL_PROVIDERS.map((provider) => provider.name);
const VERTEX_HOST = /(?:^|[.-])aiplatform\.googleapis\.com$/;

/** Whose model a deployment is, and the model's name without the provider's prefix. */
export function resolveProvider(deployment: Deployment): ResolvedProvider {
  const { model, provider } = deployment;
  if (provider !== null) return named(deployment, provider, withoutPrefix(model, provider));
  const slash = model.indexOf("/");
  const prefix = slash > 0 ? model.slice(0, slash) : null;
  if (prefix !== null && isListed(prefix)) return named(deployment, prefix, model.slice(slash + 1));
  const guessed = guess(deployment, prefix);
  return guessed === null ? unknown(deployment, prefix) : named(deployment, guessed, model);
}

function isListed(name: string): boolean {
  return providerNamed(name) !== undefined || Object.hasOwn(NOT_SUPPORTED, name);
}

function withoutPrefix(model: string, provider: string): string {
  return model.startsWith(`${provider}/`) ? model.slice(provider.length + 1) : model;
}

function guess(deployment: Deployment, prefix: string | null): string | null {
  const { apiBase, model } = deployment;
  const host = apiBase === null ? null : providerAt(apiBase);
  if (host !== null) return host;
  const owner = ownerOf(model);
  if (owner !== null) return owner === "gemini" && isOnVertex(deployment) ? "vertex_ai" : owner;
  if (apiBase === null) return null;
  return prefix !== null && isSlip(prefix) ? null : "openai";
}

/** Google serves the same names in two places, by other keys and other bills. */
function isOnVertex({ onVertex, apiBase }: Deployment): boolean {
  return onVertex || (apiBase !== null && VERTEX_HOST.test(URL.parse(apiBase)?.hostname ?? ""));
}

/** `antropic` is a slip of the pen; `mistralai` and `nvidia` are who made a model that some server has under that name. */
function isSlip(prefix: string): boolean {
  const nearest = nearestName(
    prefix,
    PROVIDERS.map((provider) => provider.name),
  );
  return nearest !== null && !prefix.startsWith(nearest) && !nearest.startsWith(prefix);
}

function providerAt(apiBase: string): string | null {
  const host = URL.parse(apiBase)?.hostname;
  return ALL_PROVIDERS.find((provider) => host !== undefined && provider.hosts.includes(host))?.name ?? null;
}

function named(deployment: Deployment, name: string, model: string): ResolvedProvider {
  const provider = providerNamed(name);
  if (provider !== undefined) return { kind: "resolved", provider, model };
  const key = deployment.provider === null ? "model" : "custom_llm_provider";
  const reason = Object.hasOwn(NOT_SUPPORTED, name) ? NOT_SUPPORTED[name] : undefined;
  if (reason === undefined) return unresolved(deployment, key, unknownProvider(name));
  return unresolved(deployment, key, [`the provider ${quoted(name)} cannot be called`, reason]);
}

function unknown(deployment: Deployment, prefix: string | null): ResolvedProvider {
  const { model } = deployment;
  return unresolved(
    deployment,
    "model",
    prefix === null
      ? [`${quoted(model)} does not say which provider serves it`, `write \`<provider>/${shown(model)}\``]
      : unknownProvider(prefix),
  );
}

function unknownProvider(name: string): [problem: string, fix: string] {
  const nearest = nearestName(name, NAMES);
  const meant = nearest === null ? "" : `did you mean "${nearest}"? `;
  const fix = `${meant}for an OpenAI-compatible server write \`openai/<model>\` and \`api_base\``;
  return [`no provider is called ${quoted(name)}`, fix];
}

function unresolved(deployment: Deployment, key: string, [problem, fix]: readonly [string, string]): ResolvedProvider {
  return { kind: "unresolved", fault: { path: `${deployment.path}.litellm_params.${key}`, problem, fix } };
}
