import { type Config, modelGroupOf } from "@understudy/config";
import { compileTargets } from "../targets/compile-targets.ts";
import { anyWay, type Target } from "../targets/target.ts";

/** Headers that say whose account a call is on. */
const ACCOUNT_HEADERS = [
  "authorization",
  "api-key",
  "x-api-key",
  "x-goog-api-key",
  "openai-organization",
  "openai-project",
];

/** The silent models whose calls are on the same provider account as a primary that is mirrored to them. */
export function silentModelsOnPrimaryAccounts(config: Config): ReadonlySet<string> {
  const targets = compileTargets(config);
  const accountsOf = (keep: (target: Target) => boolean) => new Set(targets.filter(keep).map(accountOf));
  const shared = config.silentModels.filter(({ name }) => {
    const group = modelGroupOf(config, name) ?? name;
    const primary = accountsOf(({ deployment }) => deployment.silent.some((entry) => entry.silentModel === name));
    return targets.some((target) => target.deployment.modelGroup === group && primary.has(accountOf(target)));
  });
  return new Set(shared.map(({ name }) => name));
}

/** Compared and never shown: it holds the key. */
function accountOf(target: Target): string {
  const { url, headers } = anyWay(target);
  const { origin } = new URL(url);
  const ofHeaders = ACCOUNT_HEADERS.map((name) => headers[name] ?? "");
  return [target.provider, origin, ...ofHeaders, JSON.stringify(target.credentials)].join("\n");
}
