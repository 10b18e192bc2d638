import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** A request as its signature sees it. */
export interface Signed {
  readonly method: string;
  /** As it was sent, with its query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What the signature says of itself. */
export interface Authorization {
  readonly accessKeyId: string;
  /** `20150830/us-east-1/service/aws4_request`. */
  readonly scope: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/;

/** Null for a header that is no signature of AWS's version 4. */
export function readAuthorization(header: string | undefined): Authorization | null {
  const [, accessKeyId, scope, signedHeaders, signature] = AUTHORIZATION.exec(header ?? "") ?? [];
  if (accessKeyId === undefined || scope === undefined || signedHeaders === undefined || signature === undefined)
    return null;
  return { accessKeyId, scope, signedHeaders: signedHeaders.split(";"), signature };
}

/** Whether the request was signed with the secret, by the steps that AWS documents. */
export function isSignedWith(secret: string, request: Signed, authorization: Authorization): boolean {
  const { scope, signature } = authorization;
  const date = request.headers["x-amz-date"]?.toString() ?? "";
  const toSign = ["AWS4-HMAC-SHA256", date, scope, sha256(canonicalRequest(request, authorization))].join("\n");
  const [day = "", region = "", service = "", end = ""] = scope.split("/");
  const key = [day, region, service, end].reduce<Buffer>(hmac, Buffer.from(`AWS4${secret}`));
  return timingSafeEqual(hmac(key, toSign), Buffer.from(signature, "hex"));
}

function canonicalRequest({ method, url, headers, body }: Signed, { signedHeaders }: Authorization): string {
  const [path = "/", query = ""] = url.split("?", 2);
  const lines = signedHeaders.map(
    (name) => `${name}:${(headers[name] ?? "").toString().trim().replaceAll(/ +/g, " ")}\n`,
  );
  return [
    method,
    canonicalPath(path),
    canonicalQuery(query),
    lines.join(""),
    signedHeaders.join(";"),
    sha256(body),
  ].join("\n");
}

/** Every service but S3 encodes what is encoded in the path already once more. */
function canonicalPath(path: string): string {
  return path.split("/").map(encoded).join("/");
}

function canonicalQuery(query: string): string {
  const pairs = [...new URLSearchParams(query)].map(([name, value]) => `${encoded(name)}=${encoded(value)}`);
  return pairs.toSorted((one, other) => (one < other ? -1 : 1)).join("&");
}

function encoded(text: string): string {
  const code = (letter: string): string => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, code);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
