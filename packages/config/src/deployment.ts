import type { Deployment, Price } from "./config.ts";
import type { CredentialBook } from "./credentials.ts";
import { createIdBook } from "./deployment-id.ts";
import { isUnusedParam } from "./litellm-params.ts";
import { nearestKey, nearestName } from "./names.ts";
import { AMOUNT, AT_LEAST_ONE, COUNT, POSITIVE } from "./number-rule.ts";
import { isMapping, type Mapping } from "./reading.ts";
import { CHAT_PARAMS, NEAR_PROVIDER_PARAMS } from "./request-params.ts";
import { Section, sectionAt } from "./section.ts";
import { readSilentTargets, type SilentContext } from "./silent.ts";

export interface DeploymentContext extends SilentContext {
  readonly credentials: CredentialBook;
  /** `litellm_settings.drop_params`. */
  readonly dropParams: boolean;
}

/** One entry of `model_list`, and where it was written. */
export interface ModelEntry {
  readonly value: unknown;
  readonly path: string;
}

/** An entry's three maps. */
interface EntrySections {
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
    const sections = openEntry(value, path, context);
    if (sections === null) return [];
    const { entry, params, info } = sections;
    const modelGroup = entry.requiredText(
      "model_name",
      "give the entry a name for clients to ask for: model_name: NAME",
    );
    const model = params.requiredText("model", "write the provider and its model: model: openai/gpt-4o");
    const read = readEntry(sections, modelGroup ?? "", context);
    const organizations = readOrganizations(params);
    const explicitId = ids.claim(info);
    rejectMisplacedSilentModel(sections);
    const defaults = takeDefaults(params);
    for (const section of [entry, info]) {
      section.noticeSlips();
      section.ignoreRest();
    }
    if (modelGroup === null || model === null) return [];
    return organizations.map((organization) => {
      const id = ids.idFor({ explicitId, modelGroup, params: sections.written, organization });
      return { id, path, modelGroup, model, organization, defaults, ...read };
    });
  });
}

type FromParams = Omit<Deployment, "id" | "path" | "modelGroup" | "model" | "organization" | "defaults">;

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
    ...readLimits(sections),
    ...readPatience(params),
    extraBody: params.map("extra_body") ?? {},
    dropParams: params.flag("drop_params") ?? context.dropParams,
    additionalDropParams: params.texts("additional_drop_params") ?? [],
    price: readPrice(params, info),
    baseModel: params.text("base_model") ?? info.text("base_model"),
    maxInputTokens: info.number("max_input_tokens", COUNT),
    silent: readSilentTargets(params, modelGroup, context),
  };
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
  if (token?.startsWith("oidc/") === true) params.reading.ignored.push(params.pathTo(key));
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
  for (const key of forProvider) noticeSlip(params, key);
  const defaults = forProvider.map((key) => [key, params.value(key)] as const);
  params.ignoreRest();
  return Object.fromEntries(defaults.filter(([, value]) => value !== null && value !== undefined));
}

/** Any key may be the provider's own, so a slip is no fault. */
function noticeSlip(params: Section, key: string): void {
  if (CHAT_PARAMS.includes(key) || NEAR_PROVIDER_PARAMS.has(key)) return;
  const meant = nearestKey(key, [...params.known(), ...CHAT_PARAMS]);
  if (meant !== null) params.notice(key, `is sent to the provider as it is; did you mean ${meant}?`);
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
