import type { Config } from "./config.ts";
import { isSecretHeader, passwordsIn, secretsOfValue } from "./file-secrets.ts";
import type { LoggingSettings } from "./logging/logging.ts";
import { sinkRow } from "./logging/sink-rows.ts";

export const SHORTEST_SECRET = 8;
const SECRET_VARIABLES = /(?:^|_)(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASS|CREDENTIALS|KEY_ID)$|^PGPASSWORD$/;

/**
 * Every secret the configuration knows, for redaction: all that the file keeps under a secret's name, header values that
 * carry credentials, passwords in URLs, and variables that are named like a secret, since providers fall back to those.
 * Shorter than 8 characters are left out, since `none` is a common key for a local model; not so the master key.
 */
export function secretsOf(config: Config): string[] {
  const found: (string | null)[] = [...config.fileSecrets];
  for (const deployment of config.deployments) {
    found.push(deployment.apiKey, ...passwordsIn(deployment.apiBase ?? ""));
    for (const [name, value] of Object.entries(deployment.headers)) {
      if (isSecretHeader(name, value)) found.push(...secretsOfValue(value));
    }
  }
  found.push(...loggingSecrets(config.logging));
  for (const [name, value] of Object.entries(config.env)) {
    found.push(...(SECRET_VARIABLES.test(name) ? secretsOfValue(value) : passwordsIn(value)));
  }
  const long = found.filter((secret): secret is string => secret !== null && secret.length >= SHORTEST_SECRET);
  const { masterKey, clientKeys } = config.gateway;
  long.push(...clientKeys.map(({ key }) => key));
  return [...new Set(masterKey === null ? long : [...long, masterKey])];
}

/** What the sinks are reached with. */
function loggingSecrets({ sinks, webhook }: LoggingSettings): (string | null)[] {
  const found = sinks.flatMap((sink) => sinkRow(sink).secrets(sink));
  return [...found.flatMap((secret) => (secret === null ? [] : secretsOfValue(secret))), webhook?.secret ?? null];
}

/** Enough of a secret to tell two apart: `sk-...cdef`. A short one shows only that it is set. */
export function maskSecret(secret: string): string {
  if (secret.length < 12) return "set";
  return `${secret.startsWith("sk-") ? "sk-" : ""}...${secret.slice(-4)}`;
}
