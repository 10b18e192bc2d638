import type { Env } from "../reading.ts";
import { type Section, sectionAt } from "../section.ts";
import type { Callback } from "./callbacks.ts";
import { HTTP_FORMATS, type HttpSink, type SinkCalls } from "./logging.ts";
import { readPairs } from "./otel-variables.ts";
import { readUrl } from "./s3-access.ts";

const EVENT_TYPES = ["llm_api_success", "llm_api_failure"] as const;

/** Names under `callback_settings` that are addresses of the file's own. */
export function ownAddresses(callbacks: Section): ReadonlySet<string> {
  const names = Object.entries(callbacks.values).flatMap(([name, value]) => {
    const isAddress = (value as { callback_type?: unknown } | null)?.callback_type === "generic_api";
    return isAddress ? [name] : [];
  });
  return new Set(names);
}

export interface GenericApiSources {
  readonly litellm: Section;
  readonly callbacks: Section;
  readonly env: Env;
}

/** LiteLLM's `generic_api`: its variables, or an entry of `callback_settings`. */
export function readGenericApi(
  { name, calls }: Callback,
  { litellm, callbacks, env }: GenericApiSources,
): HttpSink | null {
  const written = callbacks.values[name];
  const section = sectionAt(written, callbacks.pathTo(name), litellm.reading);
  if (section !== null) callbacks.raw(name);
  section?.raw("callback_type");
  const endpoint = section?.has("endpoint") === true ? readUrl(section, "endpoint") : null;
  const url = endpoint ?? env["GENERIC_LOGGER_ENDPOINT"] ?? null;
  const headers = {
    ...readPairs(env["GENERIC_LOGGER_HEADERS"]),
    ...textsIn(litellm, "generic_logger_headers"),
    ...(section === null ? {} : textsIn(section, "headers")),
  };
  const format = section?.choice("log_format", HTTP_FORMATS) ?? "json_array";
  const told = section === null ? calls : only(calls, section.texts("event_types"));
  section?.ignoreRest();
  if (url === null) {
    const fix = `export GENERIC_LOGGER_ENDPOINT=… or remove ${name}`;
    litellm.reading.lack(
      `litellm_settings (callback ${name})`,
      "environment variable GENERIC_LOGGER_ENDPOINT is not set",
      fix,
    );
    return null;
  }
  return { kind: "generic_api", calls: told, name, url, headers, format };
}

function textsIn(section: Section, key: string): Readonly<Record<string, string>> {
  const entries = Object.entries(section.map(key) ?? {});
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

function only(calls: SinkCalls, types: readonly string[] | null): SinkCalls {
  const [success, failure] = EVENT_TYPES.map((type) => types === null || types.includes(type));
  return { success: calls.success && success === true, failure: calls.failure && failure === true };
}
