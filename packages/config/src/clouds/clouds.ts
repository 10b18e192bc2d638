import type { Section } from "../section.ts";
import { type AwsAccess, readAws } from "./aws.ts";
import { type GoogleAccess, readGoogle } from "./google.ts";
import { type EntraAccess, readEntra } from "./entra.ts";

/** What a deployment names of the credentials of clouds, by LiteLLM's keys; null of a cloud of which it names nothing. */
export interface Clouds {
  readonly entra: EntraAccess | null;
  readonly aws: AwsAccess | null;
  readonly google: GoogleAccess | null;
}

export const NO_CLOUDS: Clouds = { entra: null, aws: null, google: null };

export function readClouds(params: Section): Clouds {
  return { entra: readEntra(params), aws: readAws(params), google: readGoogle(params) };
}
