import { ROUTING_STRATEGIES, type RouterSettings, type RoutingStrategy } from "./config.ts";
import { type KnownGroups, readDefaultFallbacks, readFallbacks } from "./fallbacks.ts";
import { groupFinder } from "./model-groups.ts";
import { suggestionFor, unknownGroup } from "./names.ts";
import { shown } from "./shown.ts";
import { AMOUNT, AT_LEAST_ONE, COUNT, POSITIVE } from "./number-rule.ts";
import { isMapping, kindOf, pathToName } from "./reading.ts";
import { readGroupPolicies, readPolicy } from "./retry-policies.ts";
import { Section } from "./section.ts";

export const DEFAULT_ROUTER_SETTINGS: RouterSettings = {
  strategy: "simple-shuffle",
  latency: { ttlMs: 3_600_000, buffer: 0, samples: 10 },
  numRetries: 2,
  retryPolicy: {},
  groupRetryPolicy: {},
  retryAfterMs: 0,
  connectTimeoutMs: 10_000,
  timeoutMs: 600_000,
  streamTimeoutMs: null,
  allowedFails: null,
  allowedFailsPolicy: {},
  cooldownMs: 5_000,
  disableCooldowns: false,
  fallbacks: {},
  contextWindowFallbacks: {},
  contentPolicyFallbacks: {},
  maxFallbacks: 5,
  aliases: {},
};

/** LiteLLM has these too; they need what only it keeps (budgets, usage per minute, a price list). */
const STRATEGIES_OF_LITELLM = [
  "cost-based-routing",
  "usage-based-routing",
  "usage-based-routing-v2",
  "provider-budget-routing",
];

/** The section that a key is read from: `router_settings` where it is written there, else `litellm_settings`. */
type OwnerOf = (key: string) => Section;

/** Reads the router's settings from both sections that may hold them. */
export function readRouterSettings(router: Section, litellm: Section, groups: readonly string[]): RouterSettings {
  const from: OwnerOf = (key) => (router.has(key) || !litellm.has(key) ? router : litellm);
  const aliases = readAliases(from("model_group_alias"), groups);
  const known: KnownGroups = { groups: [...groups, ...Object.keys(aliases)], findGroup: groupFinder(groups, aliases) };
  return {
    ...readRetries(from),
    ...readTimeouts(from),
    ...readCooldowns(from),
    strategy: readStrategy(from("routing_strategy")),
    latency: readLatency(from("routing_strategy_args")),
    fallbacks: {
      ...readDefaultFallbacks(from("default_fallbacks"), "default_fallbacks", known),
      ...readFallbacks(from("fallbacks"), "fallbacks", known),
    },
    contextWindowFallbacks: readFallbacks(from("context_window_fallbacks"), "context_window_fallbacks", known),
    contentPolicyFallbacks: readFallbacks(from("content_policy_fallbacks"), "content_policy_fallbacks", known),
    maxFallbacks: from("max_fallbacks").number("max_fallbacks", COUNT) ?? DEFAULT_ROUTER_SETTINGS.maxFallbacks,
    aliases,
  };
}

function readRetries(
  from: OwnerOf,
): Pick<RouterSettings, "numRetries" | "retryPolicy" | "groupRetryPolicy" | "retryAfterMs"> {
  return {
    numRetries: from("num_retries").number("num_retries", COUNT) ?? DEFAULT_ROUTER_SETTINGS.numRetries,
    retryPolicy: readPolicy(from("retry_policy").section("retry_policy"), "Retries"),
    groupRetryPolicy: readGroupPolicies(from("model_group_retry_policy"), "model_group_retry_policy"),
    retryAfterMs: from("retry_after").seconds("retry_after", AMOUNT) ?? DEFAULT_ROUTER_SETTINGS.retryAfterMs,
  };
}

function readTimeouts(from: OwnerOf): Pick<RouterSettings, "connectTimeoutMs" | "timeoutMs" | "streamTimeoutMs"> {
  const seconds = (key: string): number | null => from(key).seconds(key, POSITIVE);
  return {
    connectTimeoutMs: seconds("connect_timeout") ?? DEFAULT_ROUTER_SETTINGS.connectTimeoutMs,
    timeoutMs: seconds("timeout") ?? seconds("request_timeout") ?? DEFAULT_ROUTER_SETTINGS.timeoutMs,
    streamTimeoutMs: seconds("stream_timeout"),
  };
}

function readCooldowns(
  from: OwnerOf,
): Pick<RouterSettings, "allowedFails" | "allowedFailsPolicy" | "cooldownMs" | "disableCooldowns"> {
  return {
    allowedFails: from("allowed_fails").number("allowed_fails", COUNT),
    allowedFailsPolicy: readPolicy(from("allowed_fails_policy").section("allowed_fails_policy"), "AllowedFails"),
    cooldownMs: from("cooldown_time").seconds("cooldown_time", AMOUNT) ?? DEFAULT_ROUTER_SETTINGS.cooldownMs,
    disableCooldowns: from("disable_cooldowns").flag("disable_cooldowns") ?? false,
  };
}

function readStrategy(owner: Section): RoutingStrategy {
  const key = "routing_strategy";
  const written = owner.text(key);
  if (written === null) return DEFAULT_ROUTER_SETTINGS.strategy;
  const strategy = ROUTING_STRATEGIES.find((name) => name === written);
  if (strategy !== undefined) return strategy;
  if (STRATEGIES_OF_LITELLM.includes(written)) {
    owner.warn(key, `is ${written}, which needs what only LiteLLM keeps: ${DEFAULT_ROUTER_SETTINGS.strategy} is used`);
  } else {
    owner.fault(key, `${shown(written)} is not a routing strategy`, suggestionFor(written, ROUTING_STRATEGIES));
  }
  return DEFAULT_ROUTER_SETTINGS.strategy;
}

function readLatency(owner: Section): RouterSettings["latency"] {
  const { latency } = DEFAULT_ROUTER_SETTINGS;
  const args = owner.section("routing_strategy_args");
  if (args === null) return latency;
  const read = {
    ttlMs: args.seconds("ttl", POSITIVE) ?? latency.ttlMs,
    buffer: args.number("lowest_latency_buffer", AMOUNT) ?? latency.buffer,
    samples: args.number("max_latency_list_size", AT_LEAST_ONE) ?? latency.samples,
  };
  args.warnOfSlips();
  args.ignoreRest();
  return read;
}

function readAliases(owner: Section, groups: readonly string[]): RouterSettings["aliases"] {
  const key = "model_group_alias";
  const findGroup = groupFinder(groups, {});
  const aliases = Object.entries(owner.map(key) ?? {}).flatMap(([alias, value]) => {
    const path = pathToName(owner.pathTo(key), alias);
    const settings = new Section(isMapping(value) ? value : { model: value }, path, owner.reading);
    const group = settings.value("model");
    const hidden = settings.flag("hidden") ?? false;
    settings.ignoreRest();
    if (typeof group !== "string") {
      owner.reading.fault(path, `is ${kindOf(group)}, not a model group`, "write the model_name of a model_list entry");
    } else if (findGroup(group) === null) {
      owner.reading.warnings.push({ path, text: `has no effect: ${unknownGroup(group, groups).join("; ")}` });
    } else {
      return [[alias, { group, hidden }] as const];
    }
    return [];
  });
  return Object.fromEntries(aliases);
}
