import type { Environment } from "@understudy/runtime";
import { readFileSync } from "node:fs";
import { SettingsError } from "./settings.ts";

/** What holds a secret, by its name. Others that end with _FILE (SSL_CERT_FILE) name files that are read as files. */
const HOLDS_SECRET = /(?:_KEY|_KEYS|_TOKEN|_SECRET|_PASSWORD|_URL)$/;
/** Libraries of AWS read theirs themselves, and again when they expire. */
const READ_BY_OTHERS = /^AWS_/;
const SUFFIX = "_FILE";
const MOST_BYTES = 64 * 1024;

/**
 * The environment with what stands in files, as Docker and Kubernetes mount secrets: `NAME_FILE=/run/secrets/name` gives NAME, where NAME
 * itself is not set. A line break at the end is not part of it. Throws `SettingsError` for a file that cannot be read.
 */
export function withSecretFiles(env: Environment): NodeJS.ProcessEnv {
  const read = Object.entries(env).flatMap(([variable, file]): readonly (readonly [string, string])[] => {
    const name = variable.endsWith(SUFFIX) ? variable.slice(0, -SUFFIX.length) : "";
    const isSecret = HOLDS_SECRET.test(name) && !READ_BY_OTHERS.test(name);
    if (!isSecret || file === undefined || file === "" || (env[name] ?? "") !== "") return [];
    return [[name, secretIn(file, variable)]];
  });
  return { ...env, ...Object.fromEntries(read) };
}

function secretIn(file: string, variable: string): string {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const { code = "it cannot be read" } = error as NodeJS.ErrnoException;
    throw new SettingsError(`${variable}: ${file}: ${code}; name a file that this user may read`);
  }
  if (text.length > MOST_BYTES) throw new SettingsError(`${variable}: ${file}: it is too large to be a secret`);
  return text.replace(/\r?\n$/, "");
}
