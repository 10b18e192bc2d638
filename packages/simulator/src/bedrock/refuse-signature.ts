import type { ApiError } from "../api-error.ts";
import { BAD_KEY } from "../bad-key.ts";
import { type Authorization, isSignedWith, readAuthorization, type Signed } from "./signature.ts";

/** The secret of a simulated access key: who knows the key's id and this rule may sign. */
export function awsSecretOf(accessKeyId: string): string {
  return `secret-of-${accessKeyId}`;
}

/** The token that goes with a simulated access key that does not last, whose id begins with `ASIA`. */
export function awsTokenOf(accessKeyId: string): string {
  return `token-of-${accessKeyId}`;
}

const OLDEST_MS = 15 * 60_000;

/** The error for a request without a bearer token and without a good signature; null when it has one of them. */
export function refuseSignature(request: Signed, now: number): ApiError | null {
  const { authorization } = request.headers;
  const bearer = /^bearer\s+(.*)$/i.exec(authorization ?? "")?.[1]?.trim();
  if (bearer !== undefined)
    return bearer === "" || bearer === BAD_KEY ? denied("AccessDeniedException", "Authentication failed") : null;
  const signature = readAuthorization(authorization);
  if (signature === null) return denied("MissingAuthenticationTokenException", "Missing Authentication Token");
  const sentAt = dateOf(request.headers["x-amz-date"]?.toString() ?? "");
  if (Number.isNaN(sentAt) || Math.abs(now - sentAt) > OLDEST_MS)
    return denied("InvalidSignatureException", "Signature expired or not yet current.");
  if (!isKnown(request, signature))
    return denied("UnrecognizedClientException", "The security token included in the request is invalid.");
  return isSigned(request, signature) ? null : denied("InvalidSignatureException", MISMATCH);
}

const MISMATCH =
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.";

/** A key that does not last comes with its token, and one that lasts without. */
function isKnown({ headers }: Signed, { accessKeyId }: Authorization): boolean {
  const token = headers["x-amz-security-token"];
  const hasToken = isTemporary(accessKeyId) ? token === awsTokenOf(accessKeyId) : token === undefined;
  return hasToken && accessKeyId !== BAD_KEY;
}

function isSigned(request: Signed, signature: Authorization): boolean {
  const { accessKeyId, scope, signedHeaders } = signature;
  const needed = ["host", ...(isTemporary(accessKeyId) ? ["x-amz-security-token"] : [])];
  const isWhole = scope.endsWith("/bedrock/aws4_request") && needed.every((name) => signedHeaders.includes(name));
  return isWhole && isSignedWith(awsSecretOf(accessKeyId), request, signature);
}

function isTemporary(accessKeyId: string): boolean {
  return accessKeyId.startsWith("ASIA");
}

function denied(code: string, message: string): ApiError {
  return { status: 403, type: "access_denied", code, param: null, message };
}

/** Epoch milliseconds of `20150830T123600Z`. */
function dateOf(stamp: string): number {
  return Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
}
