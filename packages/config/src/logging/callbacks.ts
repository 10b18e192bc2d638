import { nearestName } from "../names.ts";
import { pathTo } from "../reading.ts";
import { quoted } from "../shown.ts";
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
 * of. A name that is neither gets a warning: a configuration that LiteLLM takes must load, and its owner must know what
 * does not happen.
 */
export function readCallbacks(litellm: Section, own: ReadonlySet<string>): readonly Callback[] {
  const asked = new Map<string, Callback>();
  for (const { name, sink, calls } of namedCallbacks(litellm, own)) {
    // Names of one sink are one; addresses of the file's own are as many as they are.
    const as = own.has(name) ? name : sink;
    const before = asked.get(as);
    const { success, failure } = before?.calls ?? { success: false, failure: false };
    const both = { success: success || calls.success, failure: failure || calls.failure };
    asked.set(as, { sink, name: before?.name ?? name, calls: both });
  }
  return [...asked.values()];
}

/** Every name of the three lists that a sink stands for; with a warning for each that is neither built in nor an address. */
function namedCallbacks(litellm: Section, own: ReadonlySet<string>): readonly Callback[] {
  return LISTS.flatMap(([key, calls]) =>
    namesUnder(litellm, key).flatMap((name, index) => {
      if (name !== null && own.has(name)) return [{ name, sink: "generic_api" as const, calls }];
      const sink = name === null ? undefined : builtIn(name);
      if (name !== null && sink !== undefined) return sink === null ? [] : [{ name, sink, calls }];
      litellm.reading.warnings.push({ path: pathTo(litellm.pathTo(key), index), text: unknown(name) });
      return [];
    }),
  );
}

function builtIn(name: string): CalledBack | null | undefined {
  return Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name as keyof typeof BUILT_IN] : undefined;
}

/** LiteLLM also takes one name where a list belongs. What is no name there is a hook with settings of its own. */
function namesUnder(litellm: Section, key: string): readonly (string | null)[] {
  const written = litellm.value(key);
  const items: readonly unknown[] = Array.isArray(written) ? written : [written];
  return items
    .filter((item) => item !== null && item !== undefined && item !== "")
    .map((item) => (typeof item === "string" ? item : null));
}

function unknown(name: string | null): string {
  if (name === null) return "is a hook with settings of its own, and is not run";
  if (name.includes(".")) return `${quoted(name)} is a hook in Python, and is not run`;
  const nearest = nearestName(name, CALLBACK_NAMES);
  const meant = nearest === null ? `there are ${CALLBACK_NAMES.join(", ")}` : `did you mean ${nearest}?`;
  return `${quoted(name)} is not built in, and nothing is sent to it; ${meant}`;
}
