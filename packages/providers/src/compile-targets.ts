import { type Config, ConfigError, type Deployment, type Fault } from "@understudy/config";
import { chatUrl, MissingApiVersionError } from "./chat-url.ts";
import { type FaultNote, faultNote, fromEnv } from "./deployment-faults.ts";
import type { Provider } from "./provider.ts";
import { PROVIDERS } from "./providers.ts";
import { resolveProvider } from "./resolve-provider.ts";
import { targetHeaders } from "./target-headers.ts";
import { providersName, type Target, urlWithModel } from "./target.ts";

type Env = Config["env"];

/**
 * One target for each deployment; for a deployment of `*`, one for each provider that can be called from here. None for
 * the deployments that `unservedDeployments` tells of. Throws `ConfigError` with all faults of all deployments.
 */
export function compileTargets(config: Config): readonly Target[] {
  const faults: Fault[] = [];
  const targets = config.deployments.flatMap((deployment): readonly (Target | null)[] =>
    isAnyProvider(deployment)
      ? everyProvider(deployment, config.env, faults)
      : [compileTarget(deployment, config.env, faults)],
  );
  const served = targets.filter((target) => target !== null);
  faults.push(...neededAndUnserved(config, served));
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(served);
}

/**
 * Deployments whose provider cannot be called from here, and why. An existing config may well hold some; they are left
 * out, and only what cannot do without them is a fault.
 */
export function unservedDeployments(config: Config): readonly Fault[] {
  return config.deployments.flatMap((deployment) => {
    const resolved = resolveProvider(deployment);
    return resolved.kind === "unsupported" ? [resolved.fault] : [];
  });
}

/** A silent model or a judge that nothing serves would never answer, and a config without any target serves no one. */
function neededAndUnserved(config: Config, served: readonly Target[]): readonly Fault[] {
  const groups = new Set(served.map((target) => target.deployment.modelGroup));
  const asked = new Set(
    config.silentModels.flatMap(({ name, review }) => [name, review.judge?.model, review.embeddingModel]),
  );
  const needed = config.deployments.filter(
    ({ modelGroup }) => !groups.has(modelGroup) && (groups.size === 0 || asked.has(modelGroup)),
  );
  return unservedDeployments({ ...config, deployments: needed });
}

/** `model: "*"` leaves the provider to the name that the client writes. */
function isAnyProvider({ model, provider, apiBase }: Deployment): boolean {
  return model === "*" && provider === null && apiBase === null;
}

/** Providers without a key or an address here are left out: they cannot be called, and nobody has named them. */
function everyProvider(deployment: Deployment, env: Env, faults: Fault[]): readonly Target[] {
  const note = faultNote(deployment, faults);
  if (deployment.apiKey !== null) {
    note(
      "api_key",
      "this key would go to every provider",
      "write `<provider>/*`, or set each provider's key in the environment",
    );
    return [];
  }
  const targets = PROVIDERS.flatMap((provider) => {
    const target = compileTarget({ ...deployment, provider: provider.name }, env, []);
    return target === null ? [] : [Object.freeze({ ...target, deployment, anyProvider: true })];
  });
  if (targets.every((target) => !target.traits.keyRequired)) {
    const fix = "set the key of one in the environment, OPENAI_API_KEY for instance, or write `<provider>/*`";
    note("model", `"*" finds no provider with a key`, fix);
  }
  return targets;
}

function compileTarget(deployment: Deployment, env: Env, faults: Fault[]): Target | null {
  const resolved = resolveProvider(deployment);
  if (resolved.kind !== "resolved") {
    if (resolved.kind === "unresolved") faults.push(resolved.fault);
    return null;
  }
  const { provider } = resolved;
  const note = faultNote(deployment, faults);
  const model = modelName(deployment, provider, resolved.model, note);
  const base = baseUrl(deployment, provider, env, note);
  const headers = targetHeaders(deployment, provider, { env, host: base?.hostname ?? "" }, note);
  const url = base === null ? null : versionedUrl(deployment, { provider, base, env }, note);
  if (url === null || headers === null) return null;
  const wildcard = model.includes("*");
  return Object.freeze({
    deployment,
    provider: provider.name,
    traits: provider,
    model,
    wildcard,
    anyProvider: false,
    chatUrl: wildcard ? url : urlWithModel(url, model),
    headers: Object.freeze(headers),
    asIs: isAsIs(deployment),
  });
}

function modelName(deployment: Deployment, provider: Provider, model: string, note: FaultNote): string {
  // LiteLLM's marks for how it maps parameters; Azure knows nothing of them.
  const name = provider.url === "azure" ? model.replace(/^(?:o_series|gpt5_series)\//, "") : model;
  if (name === "") note("model", `"${deployment.model}" names no model`, "write `<provider>/<model>`");
  if (!name.includes("*")) return providersName(provider, name);
  if (!deployment.modelGroup.includes("*")) {
    note("model", `"${deployment.model}" has a \`*\` that nothing fills`, "put a `*` into `model_name` too");
  }
  return name;
}

function baseUrl(deployment: Deployment, provider: Provider, env: Env, note: FaultNote): URL | null {
  const text = deployment.apiBase ?? fromEnv(env, provider.baseEnv) ?? provider.baseUrl;
  if (text === null) {
    const names = provider.baseEnv.join(" or ");
    note("api_base", `${provider.name} has no base URL`, `write \`api_base\`, or set ${names} in the environment`);
    return null;
  }
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    note("api_base", "it is not an http(s) URL", "write it with its scheme: `https://host/v1`");
    return null;
  }
  if (url.username !== "" || url.password !== "") {
    note("api_base", "the URL holds a user name or password", "put the key into `api_key`");
    return null;
  }
  return url;
}

interface UrlParts {
  readonly provider: Provider;
  readonly base: URL;
  readonly env: Env;
}

function versionedUrl(deployment: Deployment, { provider, base, env }: UrlParts, note: FaultNote): string | null {
  const usual = provider.url === "azure" ? fromEnv(env, ["AZURE_API_VERSION"]) : null;
  try {
    return chatUrl(provider, base, deployment.apiVersion ?? usual);
  } catch (error) {
    if (!(error instanceof MissingApiVersionError)) throw error;
    const fix = "write `api_version: <date>`, or `api_version: v1` for Azure's newer URL, or set AZURE_API_VERSION";
    note("api_version", "Azure's deployments URL needs a version", fix);
    return null;
  }
}

function isAsIs({ defaults, extraBody, dropParams, additionalDropParams }: Deployment): boolean {
  const added = Object.keys(defaults).length + Object.keys(extraBody).length;
  return added === 0 && !dropParams && additionalDropParams.length === 0;
}
