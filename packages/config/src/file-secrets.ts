import { isSensitiveName } from "@understudy/runtime";
import { referencedName } from "./environment.ts";
import { type Env, isMapping, type Mapping } from "./reading.ts";

/** Names of secrets beside those that hold everywhere: here nothing but keys, passwords and ids of keys is called so. */
const NAMED_SECRET = /(?:token|(?:^|[_-])key|key_id|secret|pass|password|pwd|dsn)$/i;
/** What ends like one and is a figure, or a name. */
const NO_SECRET = /(?:per|max|min)_(?:\w+_)?token$|cost|_name$|price/i;
const SECRET_HEADER = /auth|cookie|credential|key|passw|secret|session|signature|token/i;
/** Hex, a UUID or a JSON web token, or letters of both cases with digits: nobody writes such a word. */
const LOOKS_RANDOM =
  /^(?:[0-9a-fA-F]{24,}|[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|eyJ[\w-]+\..*|(?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])(?=[^0-9]*[0-9])[\w+/=.~-]{20,})$/;
const HEADERS = /^(?:default_|extra_)?headers$/i;
const SHORTEST_LINE = 16;

/**
 * All values that the file keeps under a secret's name, at any depth and whether they have an effect here or not: what a
 * file says of LiteLLM's database or of a cloud account is as secret as a key that is used. References are looked up.
 */
export function secretsInFile(raw: unknown, env: Env): readonly string[] {
  const found: string[] = [];
  // Anchors make one value stand in many places, and may make it stand in itself.
  const seen = new Set<object>();

  function walk(value: unknown, isSecret: (text: string) => boolean): void {
    if (typeof value === "string") {
      const text = env[referencedName(value) ?? ""] ?? value;
      if (isSecret(text)) found.push(...secretsOfValue(text));
      else found.push(...passwordsIn(text));
    }
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    seen.add(value);
    if (Array.isArray(value)) value.forEach((item) => walk(item, isSecret));
    else if (isMapping(value)) walkMap(value);
  }

  function walkMap(map: Mapping): void {
    for (const [name, value] of Object.entries(map)) {
      if (HEADERS.test(name) && isMapping(value)) {
        for (const [header, text] of Object.entries(value)) walk(text, (is) => isSecretHeader(header, is));
      } else walk(value, () => isNamedSecret(name));
    }
  }

  walk(raw, () => false);
  return found;
}

function isNamedSecret(name: string): boolean {
  return isSensitiveName(name) || (NAMED_SECRET.test(name) && !NO_SECRET.test(name));
}

/** Whether a header's value is one: by its name, or because nothing else looks so. */
export function isSecretHeader(name: string, value: string): boolean {
  return SECRET_HEADER.test(name) || LOOKS_RANDOM.test(value);
}

/** The value, without the scheme of an Authorization header; of a service account's JSON its parts, of a key in PEM its lines. */
export function secretsOfValue(value: string): readonly string[] {
  const text = value.trim();
  if (text.startsWith("{")) return secretsInJson(text);
  const lines = text.split("\n").map((line) => line.trim());
  if (lines.length > 1) return lines.filter((line) => line.length >= SHORTEST_LINE && !line.startsWith("-----"));
  const [, scheme, token = ""] = /^(bearer|basic|token)\s+(.+)$/i.exec(text) ?? [];
  if (scheme === undefined) return [text, ...passwordsIn(text)];
  return [text, token, ...(scheme.toLowerCase() === "basic" ? [basicPassword(token)] : [])];
}

/** Of `user:password` in base64. */
function basicPassword(token: string): string {
  const pair = Buffer.from(token, "base64").toString();
  return pair.slice(pair.indexOf(":") + 1);
}

function secretsInJson(text: string): readonly string[] {
  try {
    return secretsInFile(JSON.parse(text), {});
  } catch {
    return [text];
  }
}

/** The password of each `scheme://user:password@host`, as it is written and as it is meant. */
export function passwordsIn(text: string): readonly string[] {
  const found: string[] = [];
  for (const [, password = ""] of text.matchAll(/:\/\/[^\s/:@]{0,256}:([^\s/@]{1,256})@/g)) {
    found.push(password);
    try {
      found.push(decodeURIComponent(password));
    } catch {
      // It stands for itself.
    }
  }
  return found;
}
