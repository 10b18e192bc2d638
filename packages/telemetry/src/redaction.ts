export const REDACTED = "[redacted]";

/** Secrets that are shorter would blank out ordinary words: `none` is a common key for a local model. */
const SHORTEST_SECRET = 4;

/** What looks like a credential whatever its value: bearer tokens, `sk-…` keys, `scheme://user:password@host`. */
const CREDENTIALS = [
  String.raw`(?:[Bb]earer|BEARER)(?:\s|%20|\\+[nrt])+[A-Za-z0-9._~+/=-]+`,
  // Not inside a word, or `task-classifier` would count. A letter before it may be the end of an escaped line break.
  String.raw`(?:(?<![A-Za-z0-9])|(?<=\\[bfnrt]))sk-[A-Za-z0-9_-]{8,}`,
  String.raw`:\/\/[^\s/:@"\\]{0,256}:[^\s/@"\\]{1,256}@`,
].join("|");

const SENSITIVE_NAME =
  /(?:authorization|api[-_ ]?key|passw(?:or)?d|passphrase|cookie|secret|credentials?|(?:master|private|access|account|virtual)[-_]?key|(?:access|refresh|auth|id|session|security|bearer)[-_]?token|^token)$/i;

/** Names are the same from line to line; what a client makes up must not fill the memory. */
const MOST_NAMES_KNOWN = 2_000;
const known = new Map<string, boolean>();

/** Whether a field of this name holds a credential: `authorization`, `x-api-key`, `OPENAI_API_KEY`, `set-cookie`, … */
export function isSensitiveName(name: string): boolean {
  const before = known.get(name);
  if (before !== undefined) return before;
  const sensitive = SENSITIVE_NAME.test(name);
  if (known.size < MOST_NAMES_KNOWN) known.set(name, sensitive);
  return sensitive;
}

export interface Redactor {
  /** True when the text holds a secret or the shape of one, plain or escaped as JSON does it. */
  readonly finds: (text: string) => boolean;
  /** The text with each of them replaced. */
  readonly clean: (text: string) => string;
}

/** A redactor for these secrets and for what looks like a credential. Secrets under 4 characters are not searched for. */
export function createRedactor(secrets: readonly string[]): Redactor {
  const literals = [...new Set(secrets.filter((secret) => secret.trim().length >= SHORTEST_SECRET).flatMap(spellings))]
    .toSorted((one, other) => other.length - one.length)
    .map(escapeForRegExp)
    .join("|");
  const secret = literals === "" ? null : new RegExp(literals, "g");
  const credentials = new RegExp(CREDENTIALS, "g");
  const either = new RegExp(literals === "" ? CREDENTIALS : `${literals}|${CREDENTIALS}`);

  return {
    finds: (text) => either.test(text),
    clean: (text) => {
      // Known secrets first: the shape of a credential may end before the secret does and leave its tail.
      const withoutKnown = secret === null ? text : text.replace(secret, REDACTED);
      return withoutKnown.replace(credentials, withoutCredential);
    },
  };
}

function withoutCredential(match: string): string {
  if (match.startsWith("://")) return `://${REDACTED}@`;
  return match.startsWith("sk-") ? REDACTED : `Bearer ${REDACTED}`;
}

/** As written, inside JSON, inside JSON inside JSON, and inside a URL. */
function spellings(secret: string): string[] {
  const inJson = insideJson(secret);
  const all = [secret, inJson, insideJson(inJson), insideJson(insideJson(inJson))];
  // A lone surrogate has no URL form.
  return secret.isWellFormed() ? [...all, encodeURIComponent(secret)] : all;
}

function insideJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function escapeForRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
