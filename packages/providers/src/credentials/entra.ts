import type { Clouds, Config, Deployment } from "@understudy/config";
import { fromEnv, type Notes } from "../targets/deployment-faults.ts";

/** One POST that Microsoft Entra answers with a token. */
export interface EntraCredentials {
  readonly kind: "entra";
  readonly tokenUrl: string;
  /** What is posted, the secret included. */
  readonly form: Readonly<Record<string, string>>;
  /** The application's id, for messages. */
  readonly client: string;
}

type Access = NonNullable<Clouds["entra"]>;

/** What holds where the deployment says nothing. */
const VARIABLES: Readonly<Record<keyof Access, string>> = {
  tenantId: "AZURE_TENANT_ID",
  clientId: "AZURE_CLIENT_ID",
  clientSecret: "AZURE_CLIENT_SECRET",
  username: "AZURE_USERNAME",
  password: "AZURE_PASSWORD",
  scope: "AZURE_SCOPE",
};
const AUTHORITY = "https://login.microsoftonline.com";
const SCOPE = "https://cognitiveservices.azure.com/.default";
/** Where a person belongs whose tenant is not named. */
const ANY_TENANT = "organizations";
const FIX =
  "write tenant_id, client_id and client_secret, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET";

/** Null where nothing is named; where something is, and not all that is needed, that is noted. */
export function entraCredentials(deployment: Deployment, env: Config["env"], notes: Notes): EntraCredentials | null {
  const written = deployment.clouds.entra;
  const entries = Object.entries(VARIABLES) as [keyof Access, string][];
  const access = Object.fromEntries(entries.map(([name, key]) => [name, written?.[name] ?? fromEnv(env, [key])]));
  const { clientId: client = null, scope = null } = access;
  const grant = grantOf(access as unknown as Access);
  if (client !== null && grant !== null) {
    const form = { client_id: client, scope: scope ?? SCOPE, ...grant.form };
    return { kind: "entra", tokenUrl: tokenUrl(env, grant.tenant), form, client };
  }
  const missing = client === null ? "client_id" : access["tenantId"] === null ? "tenant_id" : "client_secret";
  if (written !== null) notes.lack(missing, "Entra gives no token without it", FIX);
  return null;
}

/** As LiteLLM: a person's name and password go before the application's secret. */
function grantOf({ tenantId: tenant, clientSecret: client_secret, username, password }: Access) {
  if (username !== null && password !== null)
    return { tenant: tenant ?? ANY_TENANT, form: { grant_type: "password", username, password } };
  if (tenant === null || client_secret === null) return null;
  return { tenant, form: { grant_type: "client_credentials", client_secret } };
}

function tokenUrl(env: Config["env"], tenant: string): string {
  const host = fromEnv(env, ["AZURE_AUTHORITY_HOST"]) ?? AUTHORITY;
  const base = /^https?:\/\//.test(host) ? host : `https://${host}`;
  return `${base.replace(/\/+$/, "")}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`;
}
