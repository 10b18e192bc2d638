import type { Section } from "../section.ts";
import { type AwsAccess, readAws } from "./aws.ts";
import { type EntraAccess, readEntra } from "./entra.ts";

/** What a deployment names of the credentials of clouds, by LiteLLM's keys; null of a cloud of which it names nothing. */
export interface Clouds {
  readonly entra: EntraAccess | null;
  readonly aws: AwsAccess | null;
}

export const NO_CLOUDS: Clouds = { entra: null, aws: null };

export function readClouds(params: Section): Clouds {
  return { entra: readEntra(params), aws: readAws(params) };
}
