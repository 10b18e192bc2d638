import type { Config, Deployment } from "@understudy/config";
import { type FaultNote, fromEnv } from "./deployment-faults.ts";
import type { Provider } from "./provider.ts";

interface Surroundings {
  readonly env: Config["env"];
  /** Host of the base URL; empty when there is none. */
  readonly host: string;
}

/** Headers that the connection owns; a deployment that sets one breaks it. */
const CONNECTION_HEADERS = new Set(["connection", "content-length", "host", "keep-alive", "te", "transfer-encoding"]);
const AZURE_HOST = /\.(?:services\.ai|openai|cognitiveservices)\.azure\.com$/;
const ORGANIZATION = "openai-organization";
const UNSENDABLE = /[^\t\x20-\x7e\x80-\xff]/;

/** All headers of every call of a deployment, names in lower case. Null when a fault was noted. */
export function targetHeaders(
  deployment: Deployment,
  provider: Provider,
  around: Surroundings,
  note: FaultNote,
): Record<string, string> | null {
  const own = ownHeaders(deployment, note);
  const credentials = credentialHeaders(deployment, provider, around);
  const hasOwnKey = "authorization" in own || "api-key" in own;
  if (credentials === null && provider.keyRequired && !hasOwnKey) {
    const names = [...provider.keyEnv, ...provider.tokenEnv].join(" or ");
    note(
      "api_key",
      `${provider.name} needs a key`,
      `write \`api_key\`, or set ${names} in the environment${dummy(provider)}`,
    );
    return null;
  }
  const headers = {
    "content-type": "application/json",
    ...(hasOwnKey ? {} : credentials),
    ...identityHeaders(deployment, provider, around.env),
    ...own,
  };
  return sendable(headers, own, note) ? headers : null;
}

function dummy(provider: Provider): string {
  return provider.name === "openai" ? "; for a server that wants none write `api_key: none`" : "";
}

function ownHeaders(deployment: Deployment, note: FaultNote): Record<string, string> {
  const entries = Object.entries(deployment.headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  for (const [name] of entries) {
    if (CONNECTION_HEADERS.has(name)) note("extra_headers", `\`${name}\` belongs to the connection`, "remove it");
  }
  return Object.fromEntries(entries);
}

function credentialHeaders(
  deployment: Deployment,
  provider: Provider,
  around: Surroundings,
): Record<string, string> | null {
  const written = deployment.apiKey?.trim();
  const key = written === undefined || written === "" ? fromEnv(around.env, provider.keyEnv) : written;
  if (key === null) {
    const token = fromEnv(around.env, provider.tokenEnv);
    return token === null ? null : { authorization: `Bearer ${token}` };
  }
  return takesApiKey(provider, around.host) ? { "api-key": key } : { authorization: `Bearer ${key}` };
}

function takesApiKey(provider: Provider, host: string): boolean {
  if (provider.auth === "azure-host") return AZURE_HOST.test(host);
  return provider.auth === "api-key";
}

function identityHeaders(deployment: Deployment, provider: Provider, env: Config["env"]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [variable, header] of Object.entries(provider.envHeaders)) {
    const value = fromEnv(env, [variable]);
    if (value !== null) headers[header] = value;
  }
  const sendsOrganization = Object.values(provider.envHeaders).includes(ORGANIZATION);
  if (deployment.organization !== null && sendsOrganization) headers[ORGANIZATION] = deployment.organization;
  return headers;
}

/** Says no, and why, when a value has a character that HTTP cannot carry. The value may be a key: it is not quoted. */
function sendable(headers: Record<string, string>, own: Record<string, string>, note: FaultNote): boolean {
  const bad = Object.entries(headers).filter(([, value]) => UNSENDABLE.test(value));
  for (const [name] of bad) {
    const key = name in own ? `extra_headers.${name}` : "api_key";
    note(
      key,
      `the value of the \`${name}\` header has a character that HTTP cannot carry`,
      "look for a line break or a quote from a word processor",
    );
  }
  return bad.length === 0;
}
