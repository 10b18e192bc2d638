import type { Section } from "../section.ts";

/** An application in Microsoft Entra, or a person who signs in through one; null for what is not written. */
export interface EntraAccess {
  readonly tenantId: string | null;
  readonly clientId: string | null;
  readonly clientSecret: string | null;
  readonly username: string | null;
  readonly password: string | null;
  /** What the token is for. */
  readonly scope: string | null;
}

const KEYS: Readonly<Record<keyof EntraAccess, string>> = {
  tenantId: "tenant_id",
  clientId: "client_id",
  clientSecret: "client_secret",
  username: "azure_username",
  password: "azure_password",
  scope: "azure_scope",
};

/** LiteLLM takes a key before any token: beside one these are not read, and need no variables. */
export function readEntra(params: Section): EntraAccess | null {
  const isUsed = !params.has("api_key");
  const textOf = (key: string): string | null => {
    params.raw(key);
    return isUsed ? params.text(key) : null;
  };
  const written = Object.fromEntries(Object.entries(KEYS).map(([name, key]) => [name, textOf(key)]));
  const isNamed = isUsed && Object.values(KEYS).some((key) => params.has(key));
  return isNamed ? (written as unknown as EntraAccess) : null;
}
