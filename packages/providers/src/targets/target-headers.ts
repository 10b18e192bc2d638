import type { Config, Deployment } from "@understudy/config";
import type { ApiName, OwnWire } from "@understudy/contracts";
import { type Credentials, credentialsOf } from "../credentials/credentials.ts";
import { fromEnv, type Notes } from "./deployment-faults.ts";
import type { Provider } from "../table/provider.ts";

interface Surroundings {
  readonly env: Config["env"];
  readonly base: URL | null;
}

/** Headers that the connection owns; a deployment that sets one breaks it. */
const CONNECTION_HEADERS = new Set(["connection", "content-length", "host", "keep-alive", "te", "transfer-encoding"]);
const AZURE_HOST = /\.(?:services\.ai|openai|cognitiveservices)\.azure\.com$/;
const ORGANIZATION = "openai-organization";
const UNSENDABLE = /[^\t\x20-\x7e\x80-\xff]/;

export type HeadersOf = (api: ApiName | OwnWire) => Record<string, string>;

/** What every call of a deployment carries. */
export interface Carried {
  /** Names in lower case. */
  readonly headersOf: HeadersOf;
  /** What adds the rest as a call is sent; null where the headers are all. */
  readonly credentials: Credentials | null;
}

/** Null when a fault was noted. */
export function targetHeaders(
  deployment: Deployment,
  provider: Provider,
  around: Surroundings,
  notes: Notes,
): Carried | null {
  const own = ownHeaders(deployment, notes);
  const hasOwnKey = KEY_HEADERS.some((name) => name in own) || hasPassword(around.base);
  const key = hasOwnKey ? () => passwordHeader(around.base) : keyOf(deployment, provider, around);
  const credentials = key === null ? credentialsOf(provider.cloud, deployment, around.env, notes) : null;
  if (key === null && credentials === null && provider.keyRequired) {
    lackKey(deployment, provider, notes);
    return null;
  }
  const identity = identityHeaders(deployment, provider, around.env);
  const headersOf: HeadersOf = (api) => ({
    "content-type": "application/json",
    ...key?.(api),
    ...identity,
    ...own,
  });
  return sendable(headersOf(provider.wire ?? "chat"), own, notes) ? { headersOf, credentials } : null;
}

/** Where credentials are named, what they lack is noted already. */
function lackKey({ clouds }: Deployment, { name, cloud, keyEnv, tokenEnv }: Provider, notes: Notes): void {
  if (cloud !== null && clouds[cloud] !== null) return;
  const dummy = name === "openai" ? "; for a server that wants none write `api_key: none`" : "";
  const variables = [...keyEnv, ...tokenEnv].join(" or ");
  notes.lack("api_key", `${name} needs a key`, `write \`api_key\`, or set ${variables} in the environment${dummy}`);
}

const KEY_HEADERS = ["authorization", "api-key", "x-api-key", "x-goog-api-key"];

function ownHeaders(deployment: Deployment, notes: Notes): Record<string, string> {
  const entries = Object.entries(deployment.headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  for (const [name] of entries) {
    if (CONNECTION_HEADERS.has(name)) notes.lack("extra_headers", `\`${name}\` belongs to the connection`, "remove it");
  }
  return Object.fromEntries(entries);
}

function keyOf(deployment: Deployment, provider: Provider, around: Surroundings): HeadersOf | null {
  const written = deployment.apiKey?.trim();
  const key = written === undefined || written === "" ? fromEnv(around.env, provider.keyEnv) : written;
  if (key === null) {
    const token = fromEnv(around.env, provider.tokenEnv);
    return token === null ? null : () => ({ authorization: `Bearer ${token}` });
  }
  const usual = takesApiKey(provider, around.base?.hostname ?? "") ? "api-key" : null;
  return (api) => {
    const header = provider.keyHeaders[api] ?? usual;
    return header === null ? { authorization: `Bearer ${key}` } : { [header]: key };
  };
}

function hasPassword(base: URL | null): boolean {
  return base !== null && (base.username !== "" || base.password !== "");
}

/** A name and a password in the address are sent as LiteLLM's client sends them, instead of any other key. */
function passwordHeader(base: URL | null): Record<string, string> {
  if (base === null || !hasPassword(base)) return {};
  const pair = [base.username, base.password].map(decodeURIComponent).join(":");
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
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
function sendable(headers: Record<string, string>, own: Record<string, string>, notes: Notes): boolean {
  const bad = Object.entries(headers).filter(([, value]) => UNSENDABLE.test(value));
  for (const [name] of bad) {
    const key = name in own ? `extra_headers.${name}` : "api_key";
    notes.lack(
      key,
      `the value of the \`${name}\` header has a character that HTTP cannot carry`,
      "look for a line break or a quote from a word processor",
    );
  }
  return bad.length === 0;
}
