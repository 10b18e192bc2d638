import type { Deployment } from "./config.ts";
import { referencedName } from "./environment.ts";
import type { Mapping } from "./reading.ts";
import type { Section } from "./section.ts";
import { shown } from "./shown.ts";

interface Sources {
  /** `litellm_params`, laid over the parameters of the credential it names. */
  readonly params: Section;
  /** `litellm_params` as written. */
  readonly written: Mapping;
}

/** Where key and address were written. */
export function readOrigins(sources: Sources): Deployment["origins"] {
  return { apiKey: originOf(["api_key"], sources), apiBase: originOf(["api_base", "base_url"], sources) };
}

function originOf(keys: readonly string[], { params, written }: Sources): string | null {
  const key = keys.find((name) => params.has(name));
  if (key === undefined) return null;
  const value = written[key];
  const credential = params.values["litellm_credential_name"];
  if (value === undefined || value === null)
    return typeof credential === "string" ? `credential ${shown(credential)}` : null;
  return (typeof value === "string" ? referencedName(value) : null) ?? "the file";
}
