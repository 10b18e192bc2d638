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

/** A name of LiteLLM's that is built in, and which sink it stands for. */
export type BuiltIn = Exclude<keyof typeof BUILT_IN, "prometheus">;
export type CalledBack = (typeof BUILT_IN)[BuiltIn];

export interface Callback {
  readonly sink: CalledBack;
  /** As the file has it; of several names for one sink the first. */
  readonly name: string;
  readonly calls: SinkCalls;
}

const LISTS = [
  ["success_callback", { success: true, failure: false }],
  ["failure_callback", { success: false, failure: true }],
  ["callbacks", { success: true, failure: true }],
] as const;

/**
 * Which sinks LiteLLM's three lists ask for, and for which calls. `own` are names that the file itself makes an address
 * of. A name that is neither gets a notice: a configuration that LiteLLM takes must load, and its owner must know what
 * does not happen.
 */
export function readCallbacks(litellm: Section, own: ReadonlySet<string>): readonly Callback[] {
  const asked = new Map<string, Callback>();
  for (const [key, calls] of LISTS) {
    for (const [index, name] of namesUnder(litellm, key).entries()) {
      const sink = own.has(name) ? "generic_api" : builtIn(name);
      if (sink === undefined) {
        litellm.reading.notices.push({ path: pathTo(litellm.pathTo(key), index), text: unknown(name) });
      }
      if (sink === undefined || sink === null) continue;
      // Names of one sink are one; addresses of the file's own are as many as they are.
      const as = own.has(name) ? name : sink;
      const before = asked.get(as);
      const { success, failure } = before?.calls ?? { success: false, failure: false };
      const both = { success: success || calls.success, failure: failure || calls.failure };
      asked.set(as, { sink, name: before?.name ?? name, calls: both });
    }
  }
  return [...asked.values()];
}

function builtIn(name: string): CalledBack | null | undefined {
  return Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name as keyof typeof BUILT_IN] : undefined;
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
