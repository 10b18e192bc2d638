import type { Config } from "./config.ts";
import type { LoggingSettings } from "./logging/logging.ts";

const SHORTEST_SECRET = 8;
const SECRET_HEADERS = /^(?:authorization|proxy-authorization|cookie)$|key|token|secret/i;
const SECRET_VARIABLES = /(?:^|_)(?:KEY|TOKEN|SECRET|PASSWORD)$/;

/**
 * Every secret the configuration knows, for redaction: keys, header values that carry credentials, passwords in URLs,
 * and variables that are named like a secret, since providers fall back to those. Shorter than 8 characters are left
 * out: they would blank out ordinary words.
 */
export function secretsOf(config: Config): string[] {
  const found = [config.gateway.masterKey];
  for (const deployment of config.deployments) {
    found.push(deployment.apiKey, passwordIn(deployment.apiBase));
    for (const [name, value] of Object.entries(deployment.headers)) {
      if (SECRET_HEADERS.test(name)) found.push(value, withoutScheme(value));
    }
  }
  found.push(...loggingSecrets(config.logging));
  for (const [name, value] of Object.entries(config.env)) {
    if (SECRET_VARIABLES.test(name)) found.push(value);
  }
  return [...new Set(found.filter((secret) => secret !== null && secret.length >= SHORTEST_SECRET))] as string[];
}

/** What the sinks are reached with. */
function loggingSecrets({ sinks, webhook }: LoggingSettings): (string | null)[] {
  const found = sinks.flatMap((sink): (string | null)[] => {
    switch (sink.kind) {
      case "langfuse":
        return [sink.secretKey];
      case "s3":
      case "s3_batches":
        return [sink.access.credentials?.secretAccessKey ?? null, sink.access.credentials?.sessionToken ?? null];
      case "otel":
        return [sink.traces, sink.metrics].flatMap((target) => {
          return target === null ? [] : [passwordIn(target.url), ...Object.values(target.headers)];
        });
      case "generic_api":
        return [passwordIn(sink.url), ...Object.values(sink.headers)];
      case "file":
      case "winston":
        return [];
    }
  });
  const headers = found.map((secret) => (secret === null ? null : withoutScheme(secret)));
  return [...found, ...headers, webhook?.secret ?? null];
}

/** The token of `Bearer <token>`. */
function withoutScheme(value: string): string {
  return value.replace(/^(?:bearer|basic)\s+/i, "");
}

function passwordIn(url: string | null): string | null {
  return url === null ? null : (URL.parse(url)?.password ?? null);
}

/** Enough of a secret to tell two apart: `sk-...cdef`. A short one shows only that it is set. */
export function maskSecret(secret: string): string {
  if (secret.length < 12) return "set";
  return `${secret.startsWith("sk-") ? "sk-" : ""}...${secret.slice(-4)}`;
}

/** A URL without what may be secret in it: user, password and query. */
export function publicUrl(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) return "(not a URL)";
  return parsed.origin === "null"
    ? `${parsed.protocol}//${parsed.host}${parsed.pathname}`
    : parsed.origin + parsed.pathname;
}
