import type { EntraCredentials } from "@understudy/providers";
import type { Cloud, CloudDeps } from "./cloud.ts";
import { createRenewed } from "./renewal.ts";
import { askForToken } from "./token-request.ts";

/**
 * Bearer tokens of Microsoft Entra, by one POST each (OAuth 2.0, RFC 6749 sections 4.3.2 and 4.4.2;
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow).
 */
export function createEntra(deps: CloudDeps): Cloud<EntraCredentials> {
  const tokenOf = createRenewed(({ tokenUrl, form, client }: EntraCredentials) => {
    const request = { url: tokenUrl, method: "POST", headers: {}, form } as const;
    return askForToken(request, { ...deps, whose: "Microsoft Entra", client });
  }, deps.clock);
  return async (credentials, { signal }) => ({ authorization: `Bearer ${await tokenOf(credentials, signal)}` });
}
