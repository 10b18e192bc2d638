import type { AwsCredentials } from "@understudy/providers";
import type { TransportRequest } from "../transport/transport.ts";
import { type Identity, identityOf, lookUpKeys } from "./aws-keys.ts";
import type { Cloud, CloudDeps } from "./cloud.ts";
import { installed } from "./installed.ts";
import { createRenewed, type Lent } from "./renewal.ts";

/** Keys without an end of their own are looked up again after so long: the file that they are in may have changed. */
const LOOKED_UP_FOR_MS = 3_600_000;

/** Signs requests for AWS over the bytes that are sent, with keys that are looked up, or lent, once for all calls. */
export function createAws(deps: CloudDeps): Cloud<AwsCredentials> {
  const { clock, learn } = deps;
  const lookedUp = createRenewed(async (credentials: AwsCredentials): Promise<Lent<Identity>> => {
    const identity = await lookUpKeys(credentials, deps);
    const { secretAccessKey, sessionToken, expiration } = identity;
    for (const secret of [secretAccessKey, sessionToken]) if (secret !== undefined) learn(secret);
    return { value: identity, expiresAt: expiration?.getTime() ?? clock.now() + LOOKED_UP_FOR_MS };
  }, clock);
  return async (credentials, request) => {
    const { from } = credentials;
    const keys = from.kind === "keys" ? identityOf(from) : await lookedUp(credentials, request.signal);
    return signatureOf(request, credentials, keys, new Date(clock.now()));
  };
}

/** Of the headers only the host is signed: a proxy on the way may change others. */
async function signatureOf(
  { url, method = "POST", body }: TransportRequest,
  { region, service }: AwsCredentials,
  credentials: Identity,
  signingDate: Date,
): Promise<Readonly<Record<string, string>>> {
  const { SignatureV4 } = await installed("@smithy/signature-v4", import("@smithy/signature-v4"));
  const { Sha256 } = await installed("@smithy/core", import("@smithy/core/checksum"));
  const { protocol, host, hostname, pathname: path, searchParams } = new URL(url);
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256, applyChecksum: false });
  const query = Object.fromEntries(searchParams);
  const asked = { method, protocol, hostname, path, query, headers: { host }, body: body ?? "" };
  const { headers } = await signer.sign(asked, { signingDate });
  const { host: _host, ...added } = headers;
  return added;
}
