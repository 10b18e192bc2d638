import { type RouterSettings } from "./config.ts";
import { FAILURE_KINDS, type FailureKind } from "@understudy/contracts";
import { COUNT } from "./number-rule.ts";
import { isMapping, pathTo } from "./reading.ts";
import { type Section, sectionAt } from "./section.ts";

export type ByFailureKind = RouterSettings["retryPolicy"];

/** Where two names mean one kind, the first that is set counts and the other is reported. */
const FAILURE_NAMES: readonly (readonly [string, FailureKind])[] = [
  ["BadRequestError", "bad_request"],
  ["AuthenticationError", "authentication"],
  ["TimeoutError", "timeout"],
  ["RateLimitError", "rate_limit"],
  ["ContentPolicyViolationError", "content_policy"],
  ["InternalServerError", "server_error"],
  ["ServiceUnavailableError", "unavailable"],
  ["BadGatewayError", "unavailable"],
  ["NotFoundError", "not_found"],
];

/** Reads a map such as `{TimeoutErrorRetries: 3, DefaultRetries: 1}`. The suffix is `Retries` or `AllowedFails`. */
export function readPolicy(section: Section | null, suffix: "Retries" | "AllowedFails"): ByFailureKind {
  if (section === null) return {};
  const policy: Partial<Record<FailureKind, number>> = {};
  for (const [name, kind] of FAILURE_NAMES) {
    if (policy[kind] !== undefined) continue;
    const count = section.number(name + suffix, COUNT);
    if (count !== null) policy[kind] = count;
  }
  const others = suffix === "Retries" ? section.number("DefaultRetries", COUNT) : null;
  for (const kind of FAILURE_KINDS) {
    if (others !== null) policy[kind] ??= others;
  }
  section.warnOfSlips();
  section.ignoreRest();
  return policy;
}

/** Reads `model_group_retry_policy`: a policy for each model group. */
export function readGroupPolicies(owner: Section, key: string): RouterSettings["groupRetryPolicy"] {
  const groups = owner.raw(key);
  if (!isMapping(groups)) {
    sectionAt(groups, owner.pathTo(key), owner.reading);
    return {};
  }
  return Object.fromEntries(
    Object.entries(groups).map(([group, policy]) => {
      const path = pathTo(owner.pathTo(key), group);
      return [group, readPolicy(sectionAt(policy, path, owner.reading), "Retries")];
    }),
  );
}
