import { inColumns } from "./columns.ts";
import type { RouterSettings } from "./config.ts";
import { DEFAULT_ROUTER_SETTINGS } from "./router-settings.ts";
import { formatDuration } from "./units.ts";

type Row = readonly [key: string, show: (settings: RouterSettings) => string];

const ROWS: readonly Row[] = [
  ["routing_strategy", ({ strategy }) => strategy],
  ["latency ttl", ({ latency }) => formatDuration(latency.ttlMs)],
  ["latency buffer", ({ latency }) => String(latency.buffer)],
  ["latency samples", ({ latency }) => String(latency.samples)],
  ["num_retries", ({ numRetries }) => String(numRetries)],
  ["retry_policy", ({ retryPolicy }) => counts(retryPolicy)],
  ["model_group_retry_policy", ({ groupRetryPolicy }) => groupCounts(groupRetryPolicy)],
  ["retry_after", ({ retryAfterMs }) => formatDuration(retryAfterMs)],
  ["connect_timeout", ({ connectTimeoutMs }) => formatDuration(connectTimeoutMs)],
  ["timeout", ({ timeoutMs }) => formatDuration(timeoutMs)],
  [
    "stream_timeout",
    ({ streamTimeoutMs }) => (streamTimeoutMs === null ? "as timeout" : formatDuration(streamTimeoutMs)),
  ],
  ["allowed_fails", ({ allowedFails }) => (allowedFails === null ? "by failure rate" : String(allowedFails))],
  ["allowed_fails_policy", ({ allowedFailsPolicy }) => counts(allowedFailsPolicy)],
  ["cooldown_time", ({ cooldownMs }) => formatDuration(cooldownMs)],
  ["disable_cooldowns", ({ disableCooldowns }) => String(disableCooldowns)],
  ["fallbacks", ({ fallbacks }) => chains(fallbacks)],
  ["context_window_fallbacks", ({ contextWindowFallbacks }) => chains(contextWindowFallbacks)],
  ["content_policy_fallbacks", ({ contentPolicyFallbacks }) => chains(contentPolicyFallbacks)],
  ["max_fallbacks", ({ maxFallbacks }) => String(maxFallbacks)],
];

/** The router's settings that are not the default, each with the default beside it. */
export function describeRouter(settings: RouterSettings): readonly string[] {
  const rows = ROWS.flatMap(([key, show]) => {
    const [value, usual] = [show(settings), show(DEFAULT_ROUTER_SETTINGS)];
    return value === usual ? [] : [[key, value, usual === "" ? "" : `(default ${usual})`]];
  });
  return inColumns(rows, "  ");
}

function counts(policy: RouterSettings["retryPolicy"]): string {
  return Object.entries(policy)
    .map(([kind, count]) => `${kind} ${count}`)
    .join(", ");
}

function groupCounts(policies: RouterSettings["groupRetryPolicy"]): string {
  return Object.entries(policies)
    .map(([group, policy]) => `${group}: ${counts(policy)}`)
    .join("; ");
}

function chains(fallbacks: RouterSettings["fallbacks"]): string {
  return Object.entries(fallbacks)
    .map(([group, targets]) => `${group} -> ${targets.join(", ")}`)
    .join("; ");
}
