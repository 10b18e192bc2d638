import { createRedactor as createSecretRedactor, REDACTED, type Redactor } from "@understudy/runtime";

/** What looks like a credential whatever its value: bearer tokens, `sk-…` keys, `scheme://user:password@host`. */
const CREDENTIALS = [
  String.raw`(?:[Bb]earer|BEARER)(?:\s|%20|\\+[nrt])+[A-Za-z0-9._~+/=-]+`,
  // Not inside a word, or `task-classifier` would count. A letter before it may be the end of an escaped line break.
  String.raw`(?:(?<![A-Za-z0-9])|(?<=\\[bfnrt]))sk-[A-Za-z0-9_-]{8,}`,
  String.raw`:\/\/[^\s/:@"\\]{0,256}:[^\s/@"\\]{1,256}@`,
].join("|");

/** A redactor for these secrets and for what looks like a credential. */
export function createRedactor(secrets: readonly string[]): Redactor {
  const known = createSecretRedactor(secrets);
  const all = new RegExp(CREDENTIALS, "g");
  const any = new RegExp(CREDENTIALS);
  return {
    finds: (text) => known.finds(text) || any.test(text),
    // Known secrets first: the shape of a credential may end before the secret does and leave its tail.
    clean: (text) => known.clean(text).replace(all, withoutCredential),
  };
}

function withoutCredential(match: string): string {
  if (match.startsWith("://")) return `://${REDACTED}@`;
  return match.startsWith("sk-") ? REDACTED : `Bearer ${REDACTED}`;
}
