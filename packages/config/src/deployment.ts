import { readClouds } from "./clouds/clouds.ts";
import type { Deployment, Price } from "./config.ts";
import type { CredentialBook } from "./credentials.ts";
import { createIdBook } from "./deployment-id.ts";
import type { Fault } from "./fault.ts";
import { isUnusedParam } from "./litellm-params.ts";
import { readOrigins } from "./origins.ts";
import { lacksWhenMocked, readMock } from "./mock.ts";
import { nearestKey, nearestName } from "./names.ts";
import { type NetworkSettings, readOwnTls } from "./network.ts";
import { AMOUNT, AT_LEAST_ONE, COUNT, POSITIVE } from "./number-rule.ts";
import { type Env, isMapping, type Mapping, partOf } from "./reading.ts";
import { CHAT_PARAMS, NEAR_PROVIDER_PARAMS } from "./request-params.ts";
import { Section, sectionAt } from "./section.ts";
import { isPrintable, shown } from "./shown.ts";
import { readSilentTargets, type SilentContext } from "./silent.ts";

export interface DeploymentContext extends SilentContext {
  readonly credentials: CredentialBook;
  readonly network: NetworkSettings;
  /** `litellm_settings.drop_params`. */
  readonly dropParams: boolean;
  /** Prefixes that `litellm_settings.custom_provider_map` gives to handlers in Python. */
  readonly customProviders: ReadonlySet<string>;
}

/** One entry of `model_list`, and where it was written. */
export interface ModelEntry {
  readonly value: unknown;
  readonly path: string;
}

/** An entry's three maps. */
export interface EntrySections {
  readonly entry: Section;
  /** `litellm_params`, laid over the parameters of the credential it names. */
  readonly params: Section;
  /** `litellm_params` as written. */
  readonly written: Mapping;
  readonly info: Section;
}

/** Reads `model_list`: one deployment for each entry, or for each organization that an entry lists. */
export function readDeployments(entries: readonly ModelEntry[], context: DeploymentContext): readonly Deployment[] {
  const ids = createIdBook(context.reading);
  return entries.flatMap(({ value, path }) => {
    const lacks: Fault[] = [];
    const sections = openEntry(value, path, { ...context, reading: partOf(context.reading, lacks) });
    if (sections === null) return [];
    const { entry, params, info } = sections;
    const modelGroup = entry.requiredText(
      "model_name",
      "give the entry a name for clients to ask for: model_name: NAME",
    );
    // LiteLLM leaves out an entry that names no model.
    const model = params.neededText("model", "write the provider and its model: model: openai/gpt-4o");
    const read = readEntry(sections, modelGroup ?? "", context);
    lackHandler(params, model ?? "", context.customProviders);
    const organizations = readOrganizations(params);
    const explicitId = ids.claim(info);
    rejectMisplacedSilentModel(sections);
    const defaults = takeDefaults(params);
    noteEnvironments(info, context.reading.env);
    if (info.flag("blocked") === true) info.reading.lack(info.pathTo("blocked"), "it is blocked", "remove blocked");
    for (const section of [entry, info]) {
      section.warnOfSlips();
      section.ignoreRest();
    }
    if (modelGroup === null) {
      context.reading.unserved.push(...lacks.map((lack) => ({ name: path, ...lack })));
      return [];
    }
    if (!isPrintable(modelGroup)) lackPrintableName(entry);
    const needed = read.mock === null ? lacks : lacksWhenMocked(lacks);
    if (model === null) {
      context.reading.unserved.push(...lacks.map((lack) => ({ name: modelGroup, ...lack })));
      return [];
    }
    return organizations.map((organization) => {
      const id = ids.idFor({ explicitId, modelGroup, params: sections.written, organization });
      return { id, path, modelGroup, model, organization, defaults, ...read, lacks: needed };
    });
  });
}

function lackHandler(params: Section, model: string, handlers: ReadonlySet<string>): void {
  const written = params.values["custom_llm_provider"];
  const name = typeof written === "string" ? written : (model.split("/")[0] ?? "");
  if (!handlers.has(name)) return;
  const problem = `the provider ${shown(name)} is a handler in Python (custom_provider_map)`;
  const fix = "serve it over HTTP and write openai/<model> with its api_base";
  params.reading.lack(params.pathTo("model"), problem, fix);
}

/** A line break in a name could write a line of its own into every report that names the group. */
function lackPrintableName(entry: Section): void {
  const fix = "write a name on one line, without escape codes";
  entry.reading.lack(entry.pathTo("model_name"), "holds a line break or another character that does not print", fix);
}

/** `supported_environments` holds an entry back where LITELLM_ENVIRONMENT says another one, or none. */
function noteEnvironments(info: Section, env: Env): void {
  const key = "supported_environments";
  if (!info.has(key)) return;
  const wanted = info.texts(key) ?? [];
  const here = env["LITELLM_ENVIRONMENT"];
  if (here !== undefined && wanted.includes(here)) return;
  const problem = `it is for ${wanted.map(shown).join(", ")}, and LITELLM_ENVIRONMENT is ${here === undefined ? "not set" : shown(here)}`;
  info.reading.lack(info.pathTo(key), problem, "set LITELLM_ENVIRONMENT, or remove supported_environments");
}

type FromParams = Omit<Deployment, "id" | "path" | "modelGroup" | "model" | "organization" | "defaults" | "lacks">;

function openEntry(value: unknown, path: string, { reading, credentials }: DeploymentContext): EntrySections | null {
  const entry = sectionAt(value ?? {}, path, reading);
  if (entry === null) return null;
  const written = openParams(entry);
  const params = written.over(credentials.paramsFor(written));
  params.raw("litellm_credential_name");
  const info = entry.section("model_info") ?? new Section({}, entry.pathTo("model_info"), reading);
  return { entry, params, written: written.values, info };
}

/** Parameters under a misspelt key are read all the same, so that their own faults are found too. */
function openParams(entry: Section): Section {
  const key = "litellm_params";
  const renaming = entry.renaming(key);
  if (renaming !== null) entry.fault(key, "is missing", renaming.fix);
  return entry.section(renaming?.from ?? key) ?? new Section({}, entry.pathTo(key), entry.reading);
}

function readEntry(sections: EntrySections, modelGroup: string, context: DeploymentContext): FromParams {
  const { params, info } = sections;
  return {
    ...readEndpoint(params),
    clouds: readClouds(params),
    origins: readOrigins(sections),
    tls: readOwnTls(params, context.network),
    ...readLimits(sections),
    ...readPatience(params),
    extraBody: params.map("extra_body") ?? {},
    dropParams: readDropParams(params) ?? context.dropParams,
    additionalDropParams: params.texts("additional_drop_params") ?? [],
    price: readPrice(params, info),
    baseModel: params.text("base_model") ?? info.text("base_model"),
    maxInputTokens: info.number("max_input_tokens", COUNT),
    mock: readMock(params),
    mode: modeOf(info),
    onVertex: Object.keys(params.values).some((key) => key.startsWith("vertex_")),
    maxOutputTokens: info.number("max_output_tokens", COUNT),
    silent: readSilentTargets(params, modelGroup, context),
  };
}

/** LiteLLM takes a list for true: what its writer meant is another key's. */
function readDropParams(params: Section): boolean | null {
  const key = "drop_params";
  if (!Array.isArray(params.raw(key))) return params.flag(key);
  params.warn(
    key,
    "is a list, and counts as true: every unsupported parameter is dropped; did you mean additional_drop_params?",
  );
  return true;
}

/** LiteLLM checks no mode; what is no text is none of its. */
function modeOf(info: Section): string | null {
  const mode = info.raw("mode");
  return typeof mode === "string" && mode !== "" ? mode : null;
}

function readEndpoint(params: Section): Pick<Deployment, "provider" | "apiKey" | "apiBase" | "apiVersion" | "headers"> {
  const base = params.text("base_url");
  return {
    provider: params.text("custom_llm_provider"),
    apiKey: params.text("api_key"),
    apiBase: params.text("api_base") ?? base,
    apiVersion: params.text("api_version"),
    headers: { ...entraHeader(params), ...readHeaders(params, "headers"), ...readHeaders(params, "extra_headers") },
  };
}

/** An Azure token is a bearer token like any other. One that LiteLLM would first fetch (`oidc/…`) is left alone. */
function entraHeader(params: Section): Readonly<Record<string, string>> {
  const key = "azure_ad_token";
  if (!params.has(key)) return {};
  const token = params.text(key);
  if (token?.startsWith("oidc/") === true)
    params.warn(key, "is not used: no token is fetched for oidc/…; write the token");
  return token === null || token.startsWith("oidc/") ? {} : { Authorization: `Bearer ${token}` };
}

function readHeaders(params: Section, key: string): Readonly<Record<string, string>> {
  const headers = new Section(params.map(key) ?? {}, params.pathTo(key), params.reading);
  return Object.fromEntries(
    headers.unread().flatMap((name) => {
      const value = headers.value(name);
      if (typeof value === "number" || typeof value === "boolean") return [[name, String(value)]];
      const text = headers.text(name);
      return text === null ? [] : [[name, text]];
    }),
  );
}

function readLimits({
  entry,
  params,
  info,
}: EntrySections): Pick<Deployment, "weight" | "rpm" | "tpm" | "order" | "maxParallelRequests"> {
  const perMinute = (key: string): number | null => {
    const [first, second, third] = [entry, params, info].map((section) => section.number(key, AMOUNT));
    return first ?? second ?? third ?? null;
  };
  return {
    weight: params.number("weight", AMOUNT),
    rpm: perMinute("rpm"),
    tpm: perMinute("tpm"),
    order: params.number("order", COUNT),
    maxParallelRequests: params.number("max_parallel_requests", AT_LEAST_ONE),
  };
}

function readPatience(
  params: Section,
): Pick<Deployment, "timeoutMs" | "streamTimeoutMs" | "numRetries" | "cooldownMs"> {
  const legacy = params.seconds("request_timeout", POSITIVE);
  return {
    timeoutMs: params.seconds("timeout", POSITIVE) ?? legacy,
    streamTimeoutMs: params.seconds("stream_timeout", POSITIVE),
    numRetries: params.number("num_retries", COUNT),
    cooldownMs: params.seconds("cooldown_time", AMOUNT),
  };
}

function readPrice(params: Section, info: Section): Price | null {
  const perToken = (key: string): number | null => {
    const ofInfo = info.number(key, AMOUNT);
    return params.number(key, AMOUNT) ?? ofInfo;
  };
  const input = perToken("input_cost_per_token");
  const output = perToken("output_cost_per_token");
  const cacheReadPerToken = perToken("cache_read_input_token_cost");
  const cacheWritePerToken = perToken("cache_creation_input_token_cost");
  if (input === null && output === null) return null;
  return { inputPerToken: input ?? 0, outputPerToken: output ?? 0, cacheReadPerToken, cacheWritePerToken };
}

function readOrganizations(params: Section): readonly (string | null)[] {
  if (!Array.isArray(params.raw("organization"))) return [params.text("organization")];
  const several = params.texts("organization") ?? [];
  return several.length > 0 ? several : [null];
}

/** A mirror that was asked for in the wrong place, or under a near name, must not silently never happen. */
function rejectMisplacedSilentModel({ entry, params, info }: EntrySections): void {
  for (const section of [entry, info]) {
    if (!section.has("silent_model")) continue;
    section.raw("silent_model");
    section.fault("silent_model", "has no effect here", "write it under litellm_params");
  }
  for (const key of params.unread()) {
    if (!key.startsWith("silent") && nearestName(key, ["silent_model"]) === null) continue;
    params.raw(key);
    params.fault(key, "is not a key here", "did you mean silent_model?");
  }
}

/** What is left in `litellm_params` is for the provider, except what LiteLLM keeps to itself. */
function takeDefaults(params: Section): Mapping {
  const forProvider = params.unread().filter((key) => !isUnusedParam(key));
  for (const key of forProvider) warnOfSlip(params, key);
  const defaults = forProvider.map((key) => [key, params.value(key)] as const);
  params.ignoreRest();
  return Object.fromEntries(defaults.filter(([, value]) => value !== null && value !== undefined));
}

/** Any key may be the provider's own, so a slip is no fault. */
function warnOfSlip(params: Section, key: string): void {
  if (CHAT_PARAMS.includes(key) || NEAR_PROVIDER_PARAMS.has(key)) return;
  const meant = nearestKey(key, [...params.known(), ...CHAT_PARAMS]);
  if (meant !== null) params.warn(key, `is sent to the provider as it is; did you mean ${meant}?`);
}

/** Every `model_name` that is written, whatever else is wrong with its entry: names that may be referred to. */
export function groupNamesOf(entries: readonly ModelEntry[], resolve: (name: string) => unknown): readonly string[] {
  const names = entries.flatMap(({ value }) => {
    const key = isMapping(value) ? nearestKey("model_name", Object.keys(value)) : null;
    const name = isMapping(value) && key !== null ? value[key] : undefined;
    const resolved = typeof name === "string" ? resolve(name) : null;
    return typeof resolved === "string" && resolved !== "" ? [resolved] : [];
  });
  return [...new Set(names)];
}
