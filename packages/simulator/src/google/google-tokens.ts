import { createPublicKey, generateKeyPairSync, type KeyObject, verify } from "node:crypto";
import type { Clock } from "@understudy/runtime";
import { isObject, type JsonObject, numberOf, objectOf, stringOf } from "../json.ts";

/** A service account's key file, as Google gives one. */
export interface ServiceAccountKey {
  readonly type: "service_account";
  readonly project_id: string;
  readonly private_key_id: string;
  readonly private_key: string;
  readonly client_email: string;
  readonly token_uri: string;
}

export interface GoogleTokens {
  /** A new account, whose key signs for it; `url` is the simulator's. */
  serviceAccount(url: string): ServiceAccountKey;
  /** The answer to a form with a signed assertion (RFC 7523). */
  answerTo(form: string): { readonly status: number; readonly body: object };
  /** Whether it was given out here and has not expired. */
  isGood(token: string): boolean;
  /** How many tokens were given out. */
  count(): number;
  /** How long coming tokens are good; an hour, as Google's are, where it is not set. */
  expireAfter(seconds: number): void;
  reset(): void;
}

const GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const HOUR_S = 3_600;

export function createGoogleTokens(clock: Clock): GoogleTokens {
  const keys = new Map<string, KeyObject>();
  const expiries = new Map<string, number>();
  let lifeS = HOUR_S;

  function refusalOf(assertion: string): string | null {
    const [head = "", claims = "", signature = ""] = assertion.split(".");
    const { iss, aud, exp, scope } = jsonIn(claims);
    const key = keys.get(stringOf(iss) ?? "");
    if (key === undefined) return "Invalid grant: account not found";
    const isSigned = verify("RSA-SHA256", Buffer.from(`${head}.${claims}`), key, Buffer.from(signature, "base64url"));
    if (!isSigned || jsonIn(head)["alg"] !== "RS256") return "Invalid JWT Signature.";
    if (!String(aud).endsWith("/google/token")) return "Invalid JWT: wrong audience";
    if ((numberOf(exp) ?? 0) * 1000 <= clock.now()) return "Invalid JWT: Token must be a short-lived token";
    return String(scope).includes("cloud-platform") ? null : "Invalid OAuth scope or ID token audience provided.";
  }

  return {
    serviceAccount(url) {
      const { publicKey, privateKey } = generateKeyPairSync("rsa", {
        modulusLength: 2048,
        publicKeyEncoding: { type: "spki", format: "pem" },
        privateKeyEncoding: { type: "pkcs8", format: "pem" },
      });
      const client_email = `caller-${keys.size}@sim-project.iam.gserviceaccount.com`;
      keys.set(client_email, createPublicKey(publicKey));
      const token_uri = `${url}/google/token`;
      const named = { type: "service_account", project_id: "sim-project", private_key_id: `key-${keys.size}` } as const;
      return { ...named, private_key: privateKey, client_email, token_uri };
    },
    answerTo(form) {
      const fields = new URLSearchParams(form);
      const refusal =
        fields.get("grant_type") === GRANT ? refusalOf(fields.get("assertion") ?? "") : "Unsupported grant type";
      if (refusal !== null) return { status: 400, body: { error: "invalid_grant", error_description: refusal } };
      const token = `ya29.simulated-token-${expiries.size}`;
      expiries.set(token, clock.now() + lifeS * 1000);
      return { status: 200, body: { access_token: token, expires_in: lifeS, token_type: "Bearer" } };
    },
    isGood: (token) => (expiries.get(token) ?? 0) > clock.now(),
    count: () => expiries.size,
    expireAfter(seconds) {
      lifeS = seconds;
    },
    reset() {
      lifeS = HOUR_S;
      expiries.clear();
    },
  };
}

function jsonIn(part: string): JsonObject {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return isObject(value) ? value : {};
  } catch {
    return objectOf(null);
  }
}
