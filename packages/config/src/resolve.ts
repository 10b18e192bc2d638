import type { Config, GatewaySettings } from "./config.ts";
import { readCredentials } from "./credentials.ts";
import { groupNamesOf, type ModelEntry, readDeployments } from "./deployment.ts";
import { type ProcessEnv, readingOf, referencedName } from "./environment.ts";
import { ConfigError } from "./fault.ts";
import { fileOrder } from "./file-order.ts";
import { readMirrorSettings } from "./mirror-settings.ts";
import { readLoggingSettings } from "./logging/logging-settings.ts";
import { groupFinder } from "./model-groups.ts";
import { nearestName } from "./names.ts";
import { POSITIVE } from "./number-rule.ts";
import { isMapping, kindOf, type Mapping, pathTo, type Reading } from "./reading.ts";
import { readRouterSettings } from "./router-settings.ts";
import { Section } from "./section.ts";
import { collectExperiments, readReplayModels } from "./silent.ts";

const MIB = 1024 ** 2;
const DEFAULT_MAX_REQUEST_BYTES = 32 * MIB;

/** Resolves a parsed configuration. Throws `ConfigError` with everything that is wrong with it. */
export function resolveConfig(raw: unknown, env: ProcessEnv): Config {
  if (isMapping(raw) && raw["include"] !== undefined && raw["include"] !== null) {
    const fix = "load the file with loadConfigFile, or put what it includes here";
    throw new ConfigError([{ path: "include", problem: "only a file can include others", fix }]);
  }
  return resolveEntries(raw, env, (index) => pathTo("model_list", index));
}

/** The same, with the place where each entry of `model_list` was written. */
export function resolveEntries(raw: unknown, env: ProcessEnv, entryPath: (index: number) => string): Config {
  const reading = readingOf(raw, env);
  const root = openRoot(raw, reading);
  const entries = readEntries(root, entryPath);
  const groups = groupNamesOf(entries, (name) => reading.env[referencedName(name) ?? ""] ?? name);
  const sectionOf = (key: string): Section => root.section(key) ?? new Section({}, key, reading);
  const litellm = sectionOf("litellm_settings");
  const routerSection = sectionOf("router_settings");
  const router = readRouterSettings(routerSection, litellm, groups);
  const findGroup = groupFinder(groups, router.aliases);
  const known = { groups: [...groups, ...Object.keys(router.aliases)], findGroup };
  const mirror = readMirrorSettings(root.section("mirror_settings"), known);
  const silent = { reading, mirror, ...known };
  const deployments = readDeployments(entries, {
    ...silent,
    credentials: readCredentials(root),
    dropParams: litellm.flag("drop_params") ?? false,
  });
  const { silentModels, experiments } = collectExperiments(deployments, mirror, readReplayModels(silent));
  const gateway = readGatewaySettings(sectionOf("general_settings"), reading);
  const callbacks = sectionOf("callback_settings");
  const logging = readLoggingSettings({ litellm, own: sectionOf("logging_settings"), callbacks, env: reading.env });
  callbacks.ignoreRest();
  mirror.rejectUnused(silentModels.map(({ name }) => name));
  rejectNearSections(root);
  reportRest({ root, routerSection, litellm });
  const order = fileOrder(
    raw,
    entries.map(({ path }) => path),
  );
  reading.throwFaults(order);
  const notices = reading.notices.toSorted(order).map(({ path, text }) => `${path} ${text}`);
  const { env: fullEnv, ignored } = reading;
  const { logText, lostAfterMs } = mirror;
  return {
    deployments,
    silentModels,
    experiments,
    router,
    gateway,
    logText,
    logging,
    lostAfterMs,
    env: fullEnv,
    ignored,
    notices,
  };
}

interface LastSections {
  readonly root: Section;
  readonly routerSection: Section;
  readonly litellm: Section;
}

/** A router's setting is read from one of two sections, and known in both; `drop_params` is not the router's. */
function reportRest({ root, routerSection, litellm }: LastSections): void {
  const known = [...routerSection.known(), ...litellm.known()];
  routerSection.noticeSlips(known.filter((key) => key !== "drop_params"));
  litellm.noticeSlips(known);
  root.noticeSlips();
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

function readGatewaySettings(general: Section, { env }: Reading): GatewaySettings {
  const mebibytes = general.number("max_request_size_mb", POSITIVE);
  const masterKey = general.text("master_key") ?? env["LITELLM_MASTER_KEY"] ?? null;
  general.noticeSlips();
  general.ignoreRest();
  return {
    masterKey,
    maxRequestBytes: mebibytes === null ? DEFAULT_MAX_REQUEST_BYTES : Math.round(mebibytes * MIB),
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
