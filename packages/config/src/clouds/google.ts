import { isMapping } from "../reading.ts";
import type { Section } from "../section.ts";

/** A project of Google Cloud and who calls in it; null for what is not written. */
export interface GoogleAccess {
  readonly project: string | null;
  readonly location: string | null;
  /** A key file's path, or what stands in one: JSON. */
  readonly credentials: string | null;
}

/** LiteLLM's names, the older ones behind. */
const KEYS: Readonly<Record<keyof GoogleAccess, readonly string[]>> = {
  project: ["vertex_project", "vertex_ai_project"],
  location: ["vertex_location", "vertex_ai_location"],
  credentials: ["vertex_credentials", "vertex_ai_credentials"],
};

export function readGoogle(params: Section): GoogleAccess | null {
  const textOf = (key: string): string | null => {
    const value = params.raw(key);
    return isMapping(value) ? JSON.stringify(params.value(key)) : params.text(key);
  };
  const entries = Object.entries(KEYS).map(([name, keys]) => [name, keys.map(textOf).find((text) => text !== null)]);
  const isNamed = Object.values(KEYS).some((keys) => keys.some((key) => params.has(key)));
  if (!isNamed) return null;
  const { project = null, location = null, credentials = null } = Object.fromEntries(entries) as Partial<GoogleAccess>;
  return { project, location, credentials };
}
