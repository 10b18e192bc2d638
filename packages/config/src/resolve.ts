import { isTooDeep } from "@understudy/runtime";
import type { Config, GatewaySettings } from "./config.ts";
import { callersOf, readClientKeys } from "./client-keys.ts";
import { readCredentials } from "./credentials.ts";
import { groupNamesOf, type ModelEntry, readDeployments } from "./deployment.ts";
import { type ProcessEnv, readingOf, referencedName } from "./environment.ts";
import { ConfigError } from "./fault.ts";
import { secretsInFile } from "./file-secrets.ts";
import { fileOrder } from "./file-order.ts";
import { readGatewayAccess } from "./gateway-access.ts";
import { readMirrorSettings } from "./mirror-settings.ts";
import { readLoggingSettings } from "./logging/logging-settings.ts";
import { groupFinder } from "./model-groups.ts";
import { readNetwork } from "./network.ts";
import { nearestName } from "./names.ts";
import { POSITIVE } from "./number-rule.ts";
import { isMapping, kindOf, type Mapping, pathTo, type Reading, type Warning, withDefaults } from "./reading.ts";
import { SHORTEST_SECRET } from "./secrets.ts";
import { readRouterSettings } from "./router-settings.ts";
import { Section, sectionAt } from "./section.ts";
import { collectExperiments, possibleSilentModels, readReplayModels } from "./silent.ts";

const MIB = 1024 ** 2;
/** Nothing shorter can be told from other words, and so be kept out of logs. */
const SHORTEST_MASTER_KEY = 4;
const DEFAULT_MAX_REQUEST_BYTES = 32 * MIB;

/** Resolves a parsed configuration. Throws `ConfigError` with everything that is wrong with it. */
export function resolveConfig(raw: unknown, env: ProcessEnv): Config {
  if (isMapping(raw) && raw["include"] !== undefined && raw["include"] !== null) {
    const fix = "load the file with loadConfigFile, or put what it includes here";
    throw new ConfigError([{ path: "include", problem: "only a file can include others", fix }]);
  }
  return resolveEntries(raw, env, { entryPath: (index) => pathTo("model_list", index), warnings: [], folder: "." });
}

/** Where a configuration was written, and what is odd about the files that it was written in. */
interface Source {
  /** The place of each entry of `model_list`. */
  readonly entryPath: (index: number) => string;
  readonly warnings: readonly Warning[];
  /** Folder that files named in it are relative to. */
  readonly folder: string;
}

/** The same, with what is known of its source. */
export function resolveEntries(raw: unknown, env: ProcessEnv, { entryPath, warnings: found, folder }: Source): Config {
  if (isTooDeep(raw)) {
    throw new ConfigError([{ path: "model_list", problem: "is nested too deeply", fix: "write a configuration" }]);
  }
  const reading = readingOf(raw, env);
  reading.warnings.push(...found);
  const root = openRoot(raw, reading);
  const entries = readEntries(root, entryPath);
  const groups = groupNamesOf(entries, (name) => reading.env[referencedName(name) ?? ""] ?? name);
  const sectionOf = (key: string, as = reading): Section =>
    sectionAt(root.raw(key), key, as) ?? new Section({}, key, as);
  const lenient = withDefaults(reading, "the default holds");
  const litellm = sectionOf("litellm_settings", lenient);
  const routerSection = sectionOf("router_settings", lenient);
  const router = readRouterSettings(routerSection, litellm, groups);
  const findGroup = groupFinder(groups, router.aliases);
  const known = { groups: [...groups, ...Object.keys(router.aliases)], findGroup };
  const mirror = readMirrorSettings(root.section("mirror_settings"), known, folder);
  const general = sectionOf("general_settings");
  const keys = readKeys(general, reading);
  const silent = { reading, mirror, ...known, callers: callersOf(keys.clientKeys) };
  const network = readNetwork(litellm, reading);
  const deployments = readDeployments(entries, {
    network,
    ...silent,
    credentials: readCredentials(root),
    dropParams: litellm.flag("drop_params") ?? false,
    customProviders: readCustomProviders(litellm),
  });
  const { silentModels, experiments } = collectExperiments(deployments, mirror, readReplayModels(silent));
  const gateway = readGatewaySettings(general, keys);
  const callbacks = sectionOf("callback_settings");
  const logging = readLoggingSettings({ litellm, own: sectionOf("logging_settings"), callbacks, env: reading.env });
  callbacks.ignoreRest();
  mirror.rejectUnused(silentModels.map(({ name }) => name));
  rejectNearSections(root);
  reportRest({ root, routerSection, litellm });
  const paths = entries.map(({ path }) => path);
  const order = fileOrder(raw, paths);
  reading.throwFaults(order);
  if (deployments.length === 0) throw new ConfigError(reading.unserved);
  return {
    deployments,
    silentModels,
    experiments,
    groups: possibleSilentModels(groups, mirror),
    ownChecks: mirror.ownChecks,
    router,
    network,
    gateway,
    logText: mirror.logText,
    logging,
    lostAfterMs: mirror.lostAfterMs,
    env: reading.env,
    fileSecrets: secretsInFile(raw, reading.env),
    ignored: reading.ignored,
    warnings: reading.warnings.toSorted(order).map(({ path, text }) => `${path} ${text}`),
    unserved: reading.unserved,
  };
}

function readCustomProviders(litellm: Section): ReadonlySet<string> {
  const map = litellm.raw("custom_provider_map");
  const names = (Array.isArray(map) ? map : []).map((item: unknown) =>
    isMapping(item) ? item["provider"] : undefined,
  );
  return new Set(names.filter((name) => typeof name === "string"));
}

interface LastSections {
  readonly root: Section;
  readonly routerSection: Section;
  readonly litellm: Section;
}

/** A router's setting is read from one of two sections, and known in both; `drop_params` is not the router's. */
function reportRest({ root, routerSection, litellm }: LastSections): void {
  const known = [...routerSection.known(), ...litellm.known()];
  routerSection.warnOfSlips(known.filter((key) => key !== "drop_params"));
  litellm.warnOfSlips(known);
  root.warnOfSlips();
  for (const section of [routerSection, litellm, root]) section.ignoreRest();
}

function openRoot(raw: unknown, reading: Reading): Section {
  if (!isMapping(raw)) {
    reading.fault("model_list", "is missing", "write a model_list with at least one model");
    reading.throwFaults();
  }
  const root = new Section(raw as Mapping, "", reading);
  for (const key of ["environment_variables", "include"]) root.raw(key);
  return root;
}

function readEntries(root: Section, entryPath: (index: number) => string): readonly ModelEntry[] {
  const list = root.raw("model_list");
  if (Array.isArray(list) && list.length > 0)
    return list.map((value: unknown, index) => ({ value, path: entryPath(index) }));
  const problem =
    list === undefined ? "is missing" : Array.isArray(list) ? "is empty" : `is ${kindOf(list)}, not a list`;
  const fix = root.renaming("model_list")?.fix ?? "write at least one entry with model_name and litellm_params.model";
  root.fault("model_list", problem, fix);
  return [];
}

/** Never repeats the key. */
function sayHowWeak(masterKey: string | null, general: Section): void {
  const length = masterKey?.length ?? Number.POSITIVE_INFINITY;
  const fix = "write a long random one, e.g. from openssl rand -hex 24";
  if (length < SHORTEST_MASTER_KEY) general.fault("master_key", "is too short to be a key", fix);
  else if (length < SHORTEST_SECRET) {
    const text = `has ${length} characters: it is soon guessed, and redacted only where it stands alone as a word; ${fix}`;
    general.warn("master_key", text);
  }
}

type Keys = Pick<GatewaySettings, "masterKey" | "clientKeys">;

function readKeys(general: Section, { env }: Reading): Keys {
  const masterKey = general.text("master_key") ?? env["LITELLM_MASTER_KEY"] ?? null;
  sayHowWeak(masterKey, general);
  return { masterKey, clientKeys: readClientKeys(general, masterKey) };
}

function readGatewaySettings(general: Section, keys: Keys): GatewaySettings {
  const mebibytes = general.number("max_request_size_mb", POSITIVE);
  const bodies = general.number("max_request_memory_mb", POSITIVE);
  const access = readGatewayAccess(general, keys.masterKey);
  general.warnOfSlips();
  general.ignoreRest();
  return {
    ...keys,
    maxRequestBytes: mebibytes === null ? DEFAULT_MAX_REQUEST_BYTES : Math.round(mebibytes * MIB),
    maxBodiesBytes: bodies === null ? null : Math.round(bodies * MIB),
    ...access,
  };
}

/** Unknown sections are LiteLLM's affair, but a slip in the name of ours would quietly turn its settings off. */
function rejectNearSections(root: Section): void {
  for (const key of root.unread()) {
    if (!key.startsWith("mirror") || nearestName(key, ["mirror_settings"]) === null) continue;
    root.raw(key);
    root.fault(key, "is not a section", "did you mean mirror_settings?");
  }
}
