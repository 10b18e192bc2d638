import { type Deployment, type Fault, nearestName } from "@understudy/config";
import { NOT_SUPPORTED } from "./not-supported.ts";
import type { Provider } from "./provider.ts";
import { providerNamed, PROVIDERS } from "./providers.ts";
import type { Target } from "./target.ts";

export type ResolvedProvider =
  | { readonly kind: "resolved"; readonly provider: Provider; readonly model: string }
  /** `unsupported`: the provider is known, and cannot be called from here. */
  | { readonly kind: "unresolved" | "unsupported"; readonly fault: Fault };

const NAMES = PROVIDERS.map((provider) => provider.name);

/** Model names that say whose they are without a prefix. */
const BARE_NAMES: readonly (readonly [RegExp, string])[] = [
  [/^(?:ft:)?(?:gpt-|chatgpt-|o[134](?:-|$))/, "openai"],
  [/^claude-/, "anthropic"],
  [/^gemini-/, "gemini"],
];

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

/** Whether the target is for the model that was asked for. Only a target of `*` is not for every one. */
export function servesModel(target: Target, requestedModel: string): boolean {
  if (!target.anyProvider) return true;
  const resolved = resolveProvider({ ...target.deployment, model: requestedModel });
  return resolved.kind === "resolved" && resolved.provider.name === target.provider;
}

function isListed(name: string): boolean {
  return providerNamed(name) !== undefined || Object.hasOwn(NOT_SUPPORTED, name);
}

function withoutPrefix(model: string, provider: string): string {
  return model.startsWith(`${provider}/`) ? model.slice(provider.length + 1) : model;
}

function guess({ apiBase, model }: Deployment, prefix: string | null): string | null {
  const host = apiBase === null ? null : providerAt(apiBase);
  if (host !== null) return host;
  const bare = BARE_NAMES.find(([pattern]) => pattern.test(model));
  if (bare !== undefined) return bare[1];
  if (apiBase === null) return null;
  return prefix !== null && isSlip(prefix) ? null : "openai";
}

/** `antropic` is a slip of the pen; `mistralai` and `nvidia` are who made a model that some server has under that name. */
function isSlip(prefix: string): boolean {
  const nearest = nearestName(prefix, NAMES);
  return nearest !== null && !prefix.startsWith(nearest) && !nearest.startsWith(prefix);
}

function providerAt(apiBase: string): string | null {
  const host = URL.parse(apiBase)?.hostname;
  return PROVIDERS.find((provider) => host !== undefined && provider.hosts.includes(host))?.name ?? null;
}

function named(deployment: Deployment, name: string, model: string): ResolvedProvider {
  const provider = providerNamed(name);
  if (provider !== undefined) return { kind: "resolved", provider, model };
  const key = deployment.provider === null ? "model" : "custom_llm_provider";
  const reason = Object.hasOwn(NOT_SUPPORTED, name) ? NOT_SUPPORTED[name] : undefined;
  if (reason === undefined) return unresolved(deployment, key, [`no provider is called "${name}"`, suggestion(name)]);
  const { fault } = unresolved(deployment, key, [`the provider "${name}" cannot be called`, reason]);
  return { kind: "unsupported", fault };
}

function unknown(deployment: Deployment, prefix: string | null): ResolvedProvider {
  const { model } = deployment;
  return unresolved(
    deployment,
    "model",
    prefix === null
      ? [`"${model}" does not say which provider serves it`, `write \`<provider>/${model}\``]
      : [`no provider is called "${prefix}"`, suggestion(prefix)],
  );
}

function suggestion(name: string): string {
  const nearest = nearestName(name, NAMES);
  const other = "for any other OpenAI-compatible server write `openai/<model>` and `api_base`";
  return nearest === null ? `write one of ${NAMES.join(", ")}; ${other}` : `did you mean "${nearest}"? ${other}`;
}

function unresolved(deployment: Deployment, key: string, [problem, fix]: [string, string]) {
  return { kind: "unresolved" as const, fault: { path: `${deployment.path}.litellm_params.${key}`, problem, fix } };
}
