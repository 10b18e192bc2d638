import type { Clouds, Config, Deployment } from "@understudy/config";
import { fromEnv, type Notes } from "../targets/deployment-faults.ts";
import { awsRegion } from "../targets/bedrock.ts";

/** What requests to AWS are signed with (Signature Version 4). */
export interface AwsCredentials {
  readonly kind: "aws";
  readonly service: "bedrock";
  readonly region: string;
  readonly from: AwsSource;
}

export interface AwsKeys {
  readonly kind: "keys";
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | null;
}

/** Where the keys are to be had: written, lent for a role, or found as AWS's own tools find them. */
export type AwsSource = AwsKeys | AwsRole | AwsFound;

export interface AwsRole {
  readonly kind: "role";
  readonly arn: string;
  readonly sessionName: string;
  readonly externalId: string | null;
  readonly stsEndpoint: string | null;
  /** Who asks for the role: somebody with keys, or whoever a token of another provider says. */
  readonly by: AwsKeys | AwsFound | AwsToken;
}

/** `profile`: one of the files of AWS's tools; null tries all that they know: environment, files, single sign-on, the machine's own role. */
export interface AwsFound {
  readonly kind: "found";
  readonly profile: string | null;
}

/** A token of another provider, as it is or in a file that is read when it is needed. */
export interface AwsToken {
  readonly kind: "token";
  readonly token: string | null;
  readonly file: string | null;
}

type Access = { readonly [Name in keyof NonNullable<Clouds["aws"]>]: string | null };

/** What holds where the deployment says nothing. */
const VARIABLES: Readonly<Record<keyof Access, readonly string[]>> = {
  accessKeyId: ["AWS_ACCESS_KEY_ID"],
  secretAccessKey: ["AWS_SECRET_ACCESS_KEY"],
  sessionToken: ["AWS_SESSION_TOKEN"],
  profile: ["AWS_PROFILE_NAME", "AWS_PROFILE"],
  role: ["AWS_ROLE_NAME"],
  sessionName: ["AWS_SESSION_NAME"],
  externalId: ["AWS_EXTERNAL_ID"],
  webIdentityToken: ["AWS_WEB_IDENTITY_TOKEN"],
  stsEndpoint: ["AWS_STS_ENDPOINT", "AWS_ENDPOINT_URL_STS"],
  region: [],
  runtimeEndpoint: [],
  modelId: [],
};
const SESSION_NAME = "understudy";

/**
 * As LiteLLM: a role goes before a profile, and that before keys; what the environment names counts like what is written. With
 * nothing named at all, AWS's own tools are asked. A deployment of every provider (`*`) has them where the environment names some.
 */
export function awsCredentials(deployment: Deployment, env: Config["env"], notes: Notes): AwsCredentials | null {
  const names = Object.keys(VARIABLES) as (keyof Access)[];
  const written = deployment.clouds.aws;
  const access = Object.fromEntries(
    names.map((name) => [name, written?.[name] ?? fromEnv(env, VARIABLES[name])]),
  ) as unknown as Access;
  const from = sourceOf(access, env, notes);
  const isNamed = from === null || from.kind !== "found" || from.profile !== null;
  if (from === null || (deployment.model === "*" && !isNamed)) return null;
  return { kind: "aws", service: "bedrock", region: awsRegion(deployment, env), from };
}

function sourceOf(access: Access, env: Config["env"], notes: Notes): AwsSource | null {
  const { role, profile, webIdentityToken, sessionName, externalId, stsEndpoint } = access;
  const keys = keysOf(access, notes);
  if (keys === "lacking") return null;
  const found: AwsFound = { kind: "found", profile };
  if (role === null) {
    if (webIdentityToken !== null && keys === null)
      notes.lack("aws_role_name", "a token of another provider is for a role", "write the role's ARN: aws_role_name");
    return profile === null && keys !== null ? keys : found;
  }
  const token = webIdentityToken === null ? null : tokenOf(webIdentityToken, env, notes);
  const by = token ?? (profile === null && keys !== null ? keys : found);
  return { kind: "role", arn: role, sessionName: sessionName ?? SESSION_NAME, externalId, stsEndpoint, by };
}

function keysOf({ accessKeyId, secretAccessKey, sessionToken }: Access, notes: Notes): AwsKeys | "lacking" | null {
  if (accessKeyId !== null && secretAccessKey !== null)
    return { kind: "keys", accessKeyId, secretAccessKey, sessionToken };
  if (accessKeyId === null && secretAccessKey === null) return null;
  const missing = accessKeyId === null ? "aws_access_key_id" : "aws_secret_access_key";
  notes.lack(missing, "AWS knows a key by both of its halves", "write aws_access_key_id and aws_secret_access_key");
  return "lacking";
}

/** LiteLLM's words for where a token is. */
function tokenOf(written: string, env: Config["env"], notes: Notes): AwsToken {
  const [, place, name = ""] = /^oidc\/([^/]+)\/(.*)$/s.exec(written) ?? [];
  if (place === undefined) return { kind: "token", token: written, file: null };
  if (place === "file") return { kind: "token", token: null, file: name };
  const value = place === "env" || place === "env_path" ? (env[name] ?? null) : null;
  if (value === null) {
    const fix = "write the token, or oidc/file/<path>, oidc/env/<variable>, oidc/env_path/<variable>";
    notes.lack("aws_web_identity_token", `no token is found at ${JSON.stringify(written)}`, fix);
  }
  return place === "env" ? { kind: "token", token: value, file: null } : { kind: "token", token: null, file: value };
}

/** Whose they are, for a person. */
export function awsInWords({ from, region }: AwsCredentials): string {
  return `AWS in ${region} ${sourceInWords(from)}`;
}

function sourceInWords(from: AwsSource): string {
  switch (from.kind) {
    case "keys":
      return "by an access key";
    case "role":
      return `as ${from.arn}`;
    case "found":
      return from.profile === null ? "by what AWS's own tools find" : `by the profile ${from.profile}`;
  }
}
