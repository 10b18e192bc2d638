import { accessSync, constants } from "node:fs";
import type { Reading } from "./reading.ts";
import type { Section } from "./section.ts";

/** How a process reaches what it calls: by the variables that other programs go by, and LiteLLM's keys. */
export interface NetworkSettings {
  /** Proxies for http: and https: addresses, with what credentials they may hold; null goes straight. */
  readonly httpProxy: string | null;
  readonly httpsProxy: string | null;
  /** Hosts that are called straight, as `NO_PROXY` has them. */
  readonly noProxy: string;
  readonly tls: TlsSettings;
}

export interface TlsSettings {
  /** False: whoever answers is believed. */
  readonly verify: boolean;
  /** PEM file of the authorities that are trusted; null: those that Node trusts. */
  readonly caFile: string | null;
  /** PEM file of authorities that are trusted beside them. */
  readonly extraCaFile: string | null;
  /** PEM file with our own certificate and its key. */
  readonly certFile: string | null;
}

const TRUSTING_NODE: TlsSettings = { verify: true, caFile: null, extraCaFile: null, certFile: null };

/** Every call goes straight, and Node's authorities are trusted. */
export const PLAIN_NETWORK: NetworkSettings = { httpProxy: null, httpsProxy: null, noProxy: "", tls: TRUSTING_NODE };

export function readNetwork(litellm: Section, reading: Reading): NetworkSettings {
  const { env } = reading;
  const proxy = (...names: readonly string[]): string | null => {
    const name = names.find((one) => env[one] !== undefined);
    return name === undefined ? null : proxyUrl(name, reading);
  };
  const written = litellm.value("ssl_verify");
  const { verify, path } = verifyOf(env["SSL_VERIFY"] ?? written, litellm);
  const certFile = env["SSL_CERTIFICATE"] ?? litellm.text("ssl_certificate");
  if (certFile !== null && !isReadable(certFile)) litellm.fault("ssl_certificate", "cannot be read", "name a PEM file");
  if (!verify) litellm.warn("ssl_verify", "is off: whoever answers is believed, and gets the keys");
  return {
    httpProxy: proxy("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"),
    httpsProxy: proxy("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"),
    noProxy: env["no_proxy"] ?? env["NO_PROXY"] ?? "",
    tls: {
      verify,
      caFile: path ?? readableFile("SSL_CERT_FILE", reading),
      extraCaFile: readableFile("NODE_EXTRA_CA_CERTS", reading),
      certFile,
    },
  };
}

/** A deployment's own `ssl_verify` and `ssl_certificate` over what holds for all; null where it has none. */
export function readOwnTls(params: Section, { tls }: NetworkSettings): TlsSettings | null {
  const { verify, path } = verifyOf(params.value("ssl_verify"), params);
  const certFile = params.text("ssl_certificate");
  if (!params.has("ssl_verify") && certFile === null) return null;
  if (certFile !== null && !isReadable(certFile)) {
    params.reading.lack(params.pathTo("ssl_certificate"), "names a file that cannot be read", "name a PEM file");
  }
  if (!verify) params.warn("ssl_verify", "is off: whoever answers is believed, and gets the key");
  return {
    ...tls,
    verify: params.has("ssl_verify") ? verify : tls.verify,
    caFile: path ?? tls.caFile,
    certFile: certFile ?? tls.certFile,
  };
}

function readableFile(name: string, reading: Reading): string | null {
  const path = reading.env[name] ?? null;
  if (path === null || isReadable(path)) return path;
  reading.fault(name, "names a file that cannot be read", "mend the variable, or unset it");
  return null;
}

interface Verify {
  readonly verify: boolean;
  readonly path: string | null;
}

/** As LiteLLM reads it: true, false, or a file of authorities. */
function verifyOf(value: unknown, section: Section): Verify {
  if (value === undefined || value === null || value === "") return { verify: true, path: null };
  if (typeof value === "boolean") return { verify: value, path: null };
  if (typeof value !== "string") {
    section.fault("ssl_verify", "is neither true or false nor a file", "write true, false, or the path of a PEM file");
    return { verify: true, path: null };
  }
  const word = value.trim().toLowerCase();
  if (["false", "no", "off", "0"].includes(word)) return { verify: false, path: null };
  if (["true", "yes", "on", "1"].includes(word)) return { verify: true, path: null };
  if (isReadable(value.trim())) return { verify: true, path: value.trim() };
  // LiteLLM passes over a file that is not there, too, and says nothing.
  section.warn("ssl_verify", "names a file that cannot be read: the usual authorities are trusted");
  return { verify: true, path: null };
}

/** The value may hold a password: it is not repeated. */
function proxyUrl(name: string, reading: Reading): string | null {
  const text = reading.env[name]?.trim() ?? "";
  if (text === "") return null;
  const url = URL.parse(text.includes("://") ? text : `http://${text}`);
  if (url !== null && /^https?:$/.test(url.protocol) && url.hostname !== "") return url.href;
  reading.fault(name, "is not the address of an http or https proxy", "write http://host:port, or unset it");
  return null;
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
