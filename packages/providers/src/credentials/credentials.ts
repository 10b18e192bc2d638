import type { Config, Deployment } from "@understudy/config";
import type { Notes } from "../targets/deployment-faults.ts";
import type { Cloud } from "../table/provider.ts";
import { awsCredentials, type AwsCredentials, awsInWords } from "./aws.ts";
import { type EntraCredentials, entraCredentials } from "./entra.ts";
import { type GoogleCredentials, googleCredentials } from "./google.ts";

/** What a call's headers are made from when it is sent, where no header holds a key: it expires, or signs each request. */
export type Credentials = AwsCredentials | EntraCredentials | GoogleCredentials;

type CredentialsOf = (deployment: Deployment, env: Config["env"], notes: Notes) => Credentials | null;

const CLOUDS: Readonly<Record<Cloud, CredentialsOf>> = {
  aws: awsCredentials,
  entra: entraCredentials,
  google: googleCredentials,
};

/** The credentials of a deployment that has no key; null where it names none, and the environment neither. */
export function credentialsOf(cloud: Cloud | null, ...given: Parameters<CredentialsOf>): Credentials | null {
  return cloud === null ? null : CLOUDS[cloud](...given);
}

/** Whose they are, for a person. */
export function credentialsInWords(credentials: Credentials): string {
  if (credentials.kind === "aws") return awsInWords(credentials);
  return `${credentials.kind === "google" ? "Google Cloud" : "Entra"} as ${credentials.client}`;
}
