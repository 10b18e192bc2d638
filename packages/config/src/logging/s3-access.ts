import type { Env } from "../reading.ts";
import type { Section } from "../section.ts";
import type { S3Access } from "./logging.ts";

/** LiteLLM's `s3_callback_params`: how the bucket is reached, and the prefix before every key. */
export function readS3(params: Section, env: Env): { readonly access: S3Access; readonly prefix: string } | null {
  const bucket = params.neededText("s3_bucket_name", "write the bucket's name");
  const access: Omit<S3Access, "bucket"> = {
    region: params.text("s3_region_name") ?? env["AWS_REGION"] ?? env["AWS_DEFAULT_REGION"] ?? "us-east-1",
    endpoint: readUrl(params, "s3_endpoint_url"),
    virtualHosted: params.flag("s3_use_virtual_hosted_style") ?? false,
    credentials: readCredentials(params, env),
    serverSideEncryption: params.text("s3_server_side_encryption"),
    kmsKeyId: params.text("s3_sse_kms_key_id"),
  };
  const prefix = trimSlashes(params.text("s3_path") ?? "");
  return bucket === null ? null : { access: { bucket, ...access }, prefix };
}

function readCredentials(params: Section, env: Env): S3Access["credentials"] {
  const accessKeyId = params.text("s3_aws_access_key_id") ?? env["AWS_ACCESS_KEY_ID"] ?? null;
  const secretAccessKey = params.text("s3_aws_secret_access_key") ?? env["AWS_SECRET_ACCESS_KEY"] ?? null;
  const sessionToken = params.text("s3_aws_session_token") ?? env["AWS_SESSION_TOKEN"] ?? null;
  return accessKeyId === null || secretAccessKey === null ? null : { accessKeyId, secretAccessKey, sessionToken };
}

/** An http address, or null with a fault. */
export function readUrl(section: Section, key: string): string | null {
  const url = section.text(key);
  if (url === null || /^https?:$/.test(URL.parse(url)?.protocol ?? "")) return url;
  return section.fault(key, "is not an http address", "write http://… or https://…");
}

export function trimSlashes(path: string): string {
  return path.split("/").filter(Boolean).join("/");
}
