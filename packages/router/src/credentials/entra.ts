import { isObject, numberOrNull, parseJson, textOrNull } from "@understudy/apis";
import type { EntraCredentials } from "@understudy/providers";
import { decoded } from "../transport/decoded-body.ts";
import type { HttpTransport } from "../transport/transport.ts";
import { wholeOf } from "../transport/whole-of.ts";
import type { Cloud, CloudDeps } from "./cloud.ts";
import { CredentialsError } from "./credentials-error.ts";
import { createRenewed, type Lent } from "./renewal.ts";

const PATIENCE_MS = 30_000;
const MOST_BYTES = 1024 * 1024;
const LONGEST_REASON = 300;

/**
 * Bearer tokens of Microsoft Entra, by one POST each (OAuth 2.0, RFC 6749 sections 4.3.2 and 4.4.2;
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow).
 */
export function createEntra({ transport, clock, learn }: CloudDeps): Cloud<EntraCredentials> {
  const tokenOf = createRenewed(async (credentials: EntraCredentials): Promise<Lent<string>> => {
    const askedAt = clock.now();
    const answer = await askForToken(credentials, transport);
    const said = parseJson(answer.text);
    const token = isObject(said) ? textOrNull(said["access_token"]) : null;
    const seconds = isObject(said) ? numberOrNull(said["expires_in"]) : null;
    if (answer.status !== 200 || token === null || seconds === null || seconds <= 0) {
      throw refused(credentials, answer.status, said);
    }
    learn(token);
    return { value: token, expiresAt: askedAt + seconds * 1000 };
  }, clock);
  return async (credentials, { signal }) => ({ authorization: `Bearer ${await tokenOf(credentials, signal)}` });
}

async function askForToken({ tokenUrl, form }: EntraCredentials, transport: HttpTransport) {
  const headers = { "content-type": "application/x-www-form-urlencoded", accept: "application/json" };
  const body = new URLSearchParams(form).toString();
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const response = decoded(await transport.send({ url: tokenUrl, headers, body, signal }));
    return { status: response.status, text: (await wholeOf(response.body, MOST_BYTES)).toString("utf8") };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CredentialsError("unavailable", `Microsoft Entra cannot be asked for a token: ${why}`, { cause: error });
  }
}

/** The first line of what it says names the reason (`AADSTS…`); the others are for its support. */
function refused({ client }: EntraCredentials, status: number, said: unknown): CredentialsError {
  const told = isObject(said) ? (textOrNull(said["error_description"]) ?? textOrNull(said["error"])) : null;
  const [line = ""] = (told ?? "its answer holds no token").split(/[\r\n]/, 1);
  const kind = status >= 500 || status === 429 ? "unavailable" : "authentication";
  const why = `${line.slice(0, LONGEST_REASON)} (HTTP ${status})`;
  return new CredentialsError(kind, `Microsoft Entra gave no token to the deployment's client ${client}: ${why}`);
}
