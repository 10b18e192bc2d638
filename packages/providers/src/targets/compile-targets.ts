import type { ApiName } from "@understudy/contracts";
import { APIS } from "@understudy/apis";
import { type Config, ConfigError, type Deployment, type Fault, quoted, type Unserved } from "@understudy/config";
import { type AskedFor, askedFor } from "../table/asked-for.ts";
import { inRegion } from "./bedrock.ts";
import { bridgesOf } from "./bridges.ts";
import { fromEnv, type Notes, notesOn } from "./deployment-faults.ts";
import type { Provider } from "../table/provider.ts";
import { ALL_PROVIDERS, providerNamed } from "../table/providers.ts";
import { type ResolvedProvider, resolveProvider } from "../table/resolve-provider.ts";
import { askedAt } from "./own-way.ts";
import { vertexBase, vertexProvider } from "./vertex.ts";
import { waysOf } from "./ways.ts";
import { providersName, type Target, urlWithModel, type Way } from "./target.ts";

const OTHER_API_FIX = "ask the provider itself; if it does chat, write `mode: chat` under `model_info`";

/** Whose key a deployment of `*` has: LiteLLM takes such a deployment for OpenAI's. */
const KEY_OF_ANY = "openai";

/** What a config's deployments come to. */
export interface Compiled {
  /** One for each deployment; for a deployment of `*`, one for each provider that can be called from here. */
  readonly targets: readonly Target[];
  /** Deployments that cannot be called, each with all that is in the way. */
  readonly unserved: readonly Unserved[];
  readonly warnings: readonly Fault[];
}

/** Throws `ConfigError` when nothing can be called: a config that serves no one. */
export function compileDeployments(config: Config): Compiled {
  const compiled = config.deployments.map((deployment) => compileDeployment(deployment, config.env));
  const targets = compiled.flatMap(({ targets: some }) => some);
  const unserved = [...config.unserved, ...compiled.flatMap(({ unserved: some }) => some)];
  if (targets.length === 0) throw new ConfigError(unserved);
  return { targets: Object.freeze(targets), unserved, warnings: compiled.flatMap(({ warnings }) => warnings) };
}

export function compileTargets(config: Config): readonly Target[] {
  return compileDeployments(config).targets;
}

function compileDeployment(deployment: Deployment, env: Config["env"]): Compiled {
  const notes = notesOn(deployment);
  const { modelGroup } = deployment;
  const targets = isAnyProvider(deployment)
    ? everyProvider(deployment, env, notes)
    : [compileTarget(deployment, env, notes)].filter((target) => target !== null);
  const unserved = notes.lacks.map((lack) => ({ name: modelGroup, ...lack }));
  return { targets: unserved.length === 0 ? targets : [], unserved, warnings: notes.warnings };
}

/** `model: "*"` leaves the provider to the name that the client writes. */
function isAnyProvider({ model, provider, apiBase, mock }: Deployment): boolean {
  return model === "*" && provider === null && apiBase === null && mock === null;
}

/** Providers without a key or an address here are left out: they cannot be called, and nobody has named them. */
function everyProvider(deployment: Deployment, env: Config["env"], notes: Notes): readonly Target[] {
  if (deployment.apiKey !== null) {
    const fix = "write `<provider>/*` for the provider whose key it is";
    notes.warn(
      "api_key",
      `this key goes to ${KEY_OF_ANY} alone, and others are called with theirs in the environment`,
      fix,
    );
  }
  const targets = ALL_PROVIDERS.flatMap((provider) => {
    const apiKey = provider.name === KEY_OF_ANY ? deployment.apiKey : null;
    const one = { ...deployment, apiKey, provider: provider.name };
    const target = compileTarget(one, env, notesOn(one));
    return target === null ? [] : [Object.freeze({ ...target, deployment, anyProvider: true })];
  });
  if (targets.every((target) => !target.traits.keyRequired)) {
    const fix = "set the key of one in the environment, OPENAI_API_KEY for instance, or write `<provider>/*`";
    notes.lack("model", `"*" finds no provider with a key`, fix);
  }
  return targets;
}

/** Null, with what is in the way in `notes`, when it cannot be called. */
function compileTarget(deployment: Deployment, env: Config["env"], notes: Notes): Target | null {
  const resolved = resolveProvider(deployment);
  if (deployment.mock !== null) return mockedTarget(deployment, resolved);
  if (resolved.kind !== "resolved") {
    notes.lacks.push(resolved.fault);
    return null;
  }
  const { url } = resolved.provider;
  const provider = url === "vertex" ? vertexProvider(resolved.provider, resolved.model, notes) : resolved.provider;
  if (provider === null) return null;
  const { api, words } = askedFor(deployment, provider.name, resolved.model);
  const apis = apisFor(api, provider);
  if (apis.length === 0 && (provider.wire === null || api !== "chat")) {
    notes.lack("model", `it is for ${words}, and its provider is not called for that`, OTHER_API_FIX);
    return null;
  }
  const model = modelName(deployment, provider, resolved.model.replace(/^responses\//, ""), notes);
  const base = baseUrl(deployment, provider, env, notes);
  const traits = api === "chat" ? askedAt({ ...provider, apis }, deployment, base) : { ...provider, apis, wire: null };
  const called = waysOf(deployment, traits, { env, base }, notes);
  if (called === null) return null;
  const { ways, own } = model.includes("*") ? called : filled(called, deployment.clouds.aws?.modelId ?? model);
  return Object.freeze({
    deployment,
    provider: provider.name,
    traits,
    model,
    wildcard: model.includes("*"),
    anyProvider: false,
    ways,
    own,
    bridges: isChat(api) ? bridgesOf(traits, { ways, own }) : NO_BRIDGES,
    credentials: called.credentials,
    asIs: isAsIs(deployment),
  });
}

function isChat(api: AskedFor["api"]): boolean {
  return api === "chat" || api === "responses";
}

/** Those of its provider's APIs that a deployment is for; none for what is not served. A chat may be asked in any of them. */
function apisFor(asked: AskedFor["api"], { apis }: Provider): readonly ApiName[] {
  return asked === "chat" || asked === "embeddings" ? apis : apis.filter((api) => api === asked);
}

/** Nothing is called, so neither key nor address is needed, and the provider is only a name. */
function mockedTarget(deployment: Deployment, resolved: ResolvedProvider): Target | null {
  const provider = resolved.kind === "resolved" ? resolved.provider : providerNamed(KEY_OF_ANY);
  if (provider === undefined) return null;
  const model = resolved.kind === "resolved" ? resolved.model : deployment.model;
  return Object.freeze({
    deployment,
    provider: provider.name,
    traits: provider,
    model,
    wildcard: model.includes("*"),
    anyProvider: false,
    ways: MOCKED,
    own: null,
    bridges: NO_BRIDGES,
    credentials: null,
    asIs: isAsIs(deployment),
  });
}

function modelName(deployment: Deployment, provider: Provider, model: string, notes: Notes): string {
  // LiteLLM's marks for how it maps parameters; Azure knows nothing of them.
  const name = provider.url === "azure" ? model.replace(/^(?:o_series|gpt5_series)\//, "") : model;
  if (name === "") notes.lack("model", `${quoted(deployment.model)} names no model`, "write `<provider>/<model>`");
  if (!name.includes("*")) return providersName(provider, name);
  if (!deployment.modelGroup.includes("*")) {
    notes.lack(
      "model",
      `${quoted(deployment.model)} has a \`*\` that nothing fills`,
      "put a `*` into `model_name` too",
    );
  }
  return name;
}

function baseUrl(deployment: Deployment, provider: Provider, env: Config["env"], notes: Notes): URL | null {
  const { baseUrl: usual } = provider;
  const written = deployment.apiBase ?? deployment.clouds.aws?.runtimeEndpoint ?? fromEnv(env, provider.baseEnv);
  if (provider.url === "vertex") return vertexBase(deployment, written, env, notes);
  const text = written ?? (usual?.includes("{region}") === true ? inRegion(usual, deployment, env) : usual);
  if (text === null) {
    const names = provider.baseEnv.join(" or ");
    notes.lack(
      "api_base",
      `${provider.name} has no base URL`,
      `write \`api_base\`, or set ${names} in the environment`,
    );
    return null;
  }
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    notes.lack("api_base", "it is not an http(s) URL", "write it with its scheme: `https://host/v1`");
    return null;
  }
  if (url.username !== "" || url.password !== "") {
    const fix = "write the key as `api_key`, or as a header under `extra_headers`";
    notes.warn("api_base", "the URL holds a user name or password, where whoever sees the address sees it", fix);
  }
  return url;
}

const NO_BRIDGES: Target["bridges"] = Object.freeze({});

/** A `mock_response` answers in every API. */
const MOCKED: Target["ways"] = Object.fromEntries(Object.keys(APIS).map((api) => [api, { url: "mock:", headers: {} }]));

/** The ways with the model's name in their URLs. */
function filled({ ways, own }: Pick<Target, "ways" | "own">, model: string): Pick<Target, "ways" | "own"> {
  const withModel = (way: Way): Way => ({
    ...way,
    url: urlWithModel(way.url, model),
    ...(way.streamUrl === undefined ? {} : { streamUrl: urlWithModel(way.streamUrl, model) }),
  });
  const entries = Object.entries(ways).map(([api, way]) => [api, withModel(way)]);
  return {
    ways: Object.freeze(Object.fromEntries(entries)),
    own:
      own === null
        ? null
        : { ...own, ...withModel(own), wire: own.wire, streamUrl: urlWithModel(own.streamUrl, model) },
  };
}

function isAsIs({ defaults, extraBody, dropParams, additionalDropParams }: Deployment): boolean {
  const added = Object.keys(defaults).length + Object.keys(extraBody).length;
  return added === 0 && !dropParams && additionalDropParams.length === 0;
}
