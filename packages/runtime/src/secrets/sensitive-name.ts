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
