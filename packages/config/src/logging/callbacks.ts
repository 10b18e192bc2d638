import { nearestName } from "../names.ts";
import { pathTo } from "../reading.ts";
import type { Section } from "../section.ts";
import type { SinkCalls } from "./logging.ts";

/** LiteLLM's names for what is built in here. Prometheus is always on and needs no sink. */
const BUILT_IN = {
  langfuse: "langfuse",
  langfuse_otel: "langfuse",
  s3: "s3",
  s3_v2: "s3",
  otel: "otel",
  opentelemetry: "otel",
  generic_api: "generic_api",
  prometheus: null,
} as const;

export const CALLBACK_NAMES: readonly string[] = Object.keys(BUILT_IN);

export type CalledBack = NonNullable<(typeof BUILT_IN)[keyof typeof BUILT_IN]>;

const LISTS = [
  ["success_callback", { success: true, failure: false }],
  ["failure_callback", { success: false, failure: true }],
  ["callbacks", { success: true, failure: true }],
] as const;

/**
 * Which sinks LiteLLM's three lists ask for, and for which calls. A name that is not built in gets a notice: a
 * configuration that LiteLLM takes must load, and its owner must know what does not happen.
 */
export function readCallbacks(litellm: Section): ReadonlyMap<CalledBack, SinkCalls> {
  const asked = new Map<CalledBack, SinkCalls>();
  for (const [key, calls] of LISTS) {
    for (const [index, name] of namesUnder(litellm, key).entries()) {
      const sink = Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name as keyof typeof BUILT_IN] : undefined;
      if (sink === undefined) {
        litellm.reading.notices.push({ path: pathTo(litellm.pathTo(key), index), text: unknown(name) });
      }
      if (sink === undefined || sink === null) continue;
      const before = asked.get(sink) ?? { success: false, failure: false };
      asked.set(sink, { success: before.success || calls.success, failure: before.failure || calls.failure });
    }
  }
  return asked;
}

/** LiteLLM also takes one name where a list belongs. */
function namesUnder(litellm: Section, key: string): readonly string[] {
  const written = litellm.raw(key);
  return typeof written === "string" ? [written] : (litellm.texts(key) ?? []);
}

function unknown(name: string): string {
  const nearest = nearestName(name, CALLBACK_NAMES);
  const meant = nearest === null ? `there are ${CALLBACK_NAMES.join(", ")}` : `did you mean ${nearest}?`;
  return `"${name}" is not built in, and nothing is sent to it; ${meant}`;
}
