import { sign } from "node:crypto";
import { readFile } from "node:fs/promises";
import { isObject, parseJson, textOrNull, type WireObject } from "@understudy/apis";
import type { GoogleCredentials } from "@understudy/providers";
import type { Clock } from "@understudy/runtime";
import type { Cloud, CloudDeps } from "./cloud.ts";
import { CredentialsError } from "./credentials-error.ts";
import { createRenewed } from "./renewal.ts";
import { askForToken, type TokenRequest } from "./token-request.ts";

const TOKEN_URL = "https://oauth2.googleapis.com/token";
const SCOPE = "https://www.googleapis.com/auth/cloud-platform";
const ASSERTION_S = 3_600;

/**
 * Bearer tokens of Google Cloud, by one request each: for what a service account's key signs (RFC 7523;
 * https://developers.google.com/identity/protocols/oauth2/service-account), for a person's refresh token (RFC 6749 section 6), or from the
 * machine that this runs on (https://cloud.google.com/compute/docs/access/authenticate-workloads).
 */
export function createGoogle({ transport, clock, learn }: CloudDeps): Cloud<GoogleCredentials> {
  const tokenOf = createRenewed(async (credentials: GoogleCredentials) => {
    const request = requestFor(credentials, await keyOf(credentials), clock);
    return askForToken(request, { transport, clock, learn, whose: "Google", client: credentials.client });
  }, clock);
  return async (credentials, { signal }) => ({ authorization: `Bearer ${await tokenOf(credentials, signal)}` });
}

/** Null where the machine is to be asked. A file that is named must be there; the usual one may be. */
async function keyOf({ key, keyFile, usualFile }: GoogleCredentials): Promise<WireObject | null> {
  const text = key ?? (keyFile === null ? await textIn(usualFile ?? "").catch(() => null) : await textIn(keyFile));
  if (text === null) return null;
  const value = parseJson(text);
  if (isObject(value)) return value;
  throw new CredentialsError(
    "authentication",
    `Google Cloud's key file ${keyFile ?? usualFile ?? ""} is no JSON object`,
  );
}

async function textIn(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new CredentialsError("authentication", `Google Cloud's key file ${path} cannot be read`, { cause: error });
  }
}

function requestFor({ metadataHost }: GoogleCredentials, key: WireObject | null, clock: Clock): TokenRequest {
  if (key === null) {
    const url = `http://${metadataHost}/computeMetadata/v1/instance/service-accounts/default/token`;
    return { url, method: "GET", headers: { "metadata-flavor": "Google" }, form: null };
  }
  const url = textOrNull(key["token_uri"]) ?? TOKEN_URL;
  const { type, client_id, client_secret, refresh_token } = key;
  if (type === "service_account") {
    const grant_type = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    return { url, method: "POST", headers: {}, form: { grant_type, assertion: assertionOf(key, url, clock) } };
  }
  if (type !== "authorized_user")
    throw new CredentialsError(
      "authentication",
      `Google Cloud's key is of the type ${JSON.stringify(type)}, which is not used here`,
    );
  const form = {
    client_id: String(client_id),
    client_secret: String(client_secret),
    refresh_token: String(refresh_token),
  };
  return { url, method: "POST", headers: {}, form: { grant_type: "refresh_token", ...form } };
}

function assertionOf({ client_email, private_key, private_key_id }: WireObject, aud: string, clock: Clock): string {
  const iat = Math.floor(clock.now() / 1000);
  const head = { alg: "RS256", typ: "JWT", kid: private_key_id };
  const claims = { iss: client_email, scope: SCOPE, aud, iat, exp: iat + ASSERTION_S };
  const signed = [head, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  try {
    return `${signed}.${sign("RSA-SHA256", Buffer.from(signed), String(private_key)).toString("base64url")}`;
  } catch (error) {
    throw new CredentialsError("authentication", `Google Cloud's key of ${String(client_email)} cannot sign`, {
      cause: error,
    });
  }
}
