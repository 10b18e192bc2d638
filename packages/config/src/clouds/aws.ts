import type { Section } from "../section.ts";

/** How a deployment is signed for at AWS, and where it is; null for what is not written. */
export interface AwsAccess {
  readonly accessKeyId: string | null;
  readonly secretAccessKey: string | null;
  readonly sessionToken: string | null;
  readonly profile: string | null;
  readonly role: string | null;
  readonly sessionName: string | null;
  readonly externalId: string | null;
  /** A token, or where one is: `oidc/file/<path>`, `oidc/env/<name>`, `oidc/env_path/<name>`. */
  readonly webIdentityToken: string | null;
  readonly stsEndpoint: string | null;
  readonly region: string | null;
  readonly runtimeEndpoint: string | null;
  /** The ARN that is called in place of the model: of a profile, or of throughput that is paid for ahead. */
  readonly modelId: string | null;
}

/** Of these none is looked at where the deployment has a key: then nothing is signed. */
const SIGNING: Readonly<Partial<Record<keyof AwsAccess, string>>> = {
  accessKeyId: "aws_access_key_id",
  secretAccessKey: "aws_secret_access_key",
  sessionToken: "aws_session_token",
  profile: "aws_profile_name",
  role: "aws_role_name",
  sessionName: "aws_session_name",
  externalId: "aws_external_id",
  webIdentityToken: "aws_web_identity_token",
  stsEndpoint: "aws_sts_endpoint",
};
const PLACE: Readonly<Partial<Record<keyof AwsAccess, string>>> = {
  region: "aws_region_name",
  runtimeEndpoint: "aws_bedrock_runtime_endpoint",
  modelId: "model_id",
};

export function readAws(params: Section): AwsAccess | null {
  const isSigned = !params.has("api_key");
  const textOf = (key: string, isUsed: boolean): string | null => {
    params.raw(key);
    return isUsed ? params.text(key) : null;
  };
  const signing = Object.entries(SIGNING).map(([name, key]) => [name, textOf(key, isSigned)]);
  const place = Object.entries(PLACE).map(([name, key]) => [name, textOf(key, true)]);
  const isNamed = [...(isSigned ? Object.values(SIGNING) : []), ...Object.values(PLACE)].some((key) => params.has(key));
  return isNamed ? Object.fromEntries([...signing, ...place]) : null;
}
