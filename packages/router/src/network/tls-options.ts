import { readFileSync } from "node:fs";
import tls, { type SecureContext } from "node:tls";
import { ConfigError, type TlsSettings } from "@understudy/config";

/** What `tls.connect` takes. One context for all connections: to read Node's authorities takes milliseconds. */
export interface TlsOptions {
  readonly secureContext?: SecureContext;
  readonly rejectUnauthorized?: false;
}

/** PEM texts of one address, which go over what holds for all. */
export interface OwnTls {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** Throws `ConfigError` when a file holds no certificate. */
export function tlsOptions(settings: TlsSettings, own: OwnTls = {}): TlsOptions {
  const { verify, caFile, extraCaFile, certFile } = settings;
  const trust = verify ? {} : { rejectUnauthorized: false as const };
  const files = [caFile, extraCaFile, certFile].filter((file) => file !== null);
  if (files.length === 0 && Object.keys(own).length === 0) return trust;
  try {
    const secureContext = tls.createSecureContext({ ca: authorities(settings, own), ...shown(certFile, own) });
    return { ...trust, secureContext };
  } catch (error) {
    const problem = `holds no certificate that can be used (${(error as Error).message})`;
    const fix = "name PEM files in SSL_CERT_FILE, ssl_verify, ssl_certificate";
    throw new ConfigError([{ path: files.join(", "), problem, fix }]);
  }
}

function authorities({ caFile, extraCaFile }: TlsSettings, own: OwnTls): (string | Buffer)[] {
  const trusted = own.ca ?? (caFile === null ? null : read(caFile));
  const usual = trusted === null ? tls.getCACertificates("default") : [trusted];
  return extraCaFile === null ? usual : [...usual, read(extraCaFile)];
}

function shown(certFile: string | null, own: OwnTls): { cert?: string | Buffer; key?: string | Buffer } {
  const cert = own.cert ?? (certFile === null ? null : read(certFile));
  return cert === null ? {} : { cert, key: own.key ?? cert };
}

function read(path: string): string {
  return readFileSync(path, "utf8");
}
