import { Needles } from "./needles.ts";
import { spellingsOf } from "./spellings.ts";

export const REDACTED = "[redacted]";

/** A secret as short as this is looked for as a word of its own: as a part it would blank out ordinary words. */
const WHOLE_WORD_BELOW = 8;
const SHORTEST_SECRET = 4;

/** Takes known secrets out of texts, by their value. */
export interface Redactor {
  /** True when the text holds a secret, plain, escaped, within base64, or cut short. */
  readonly finds: (text: string) => boolean;
  /** The text with each of them replaced. */
  readonly clean: (text: string) => string;
}

/** Secrets under 4 characters are not searched for. Costs about a millisecond for a megabyte, however many there are. */
export function createRedactor(secrets: readonly string[]): Redactor {
  const distinct = [...new Set(secrets)].filter((secret) => secret.trim().length >= SHORTEST_SECRET);
  const long = distinct.filter(({ length }) => length >= WHOLE_WORD_BELOW).flatMap(spellingsOf);
  const needles = long.length === 0 ? null : new Needles(long);
  const short = wordsOf(distinct.filter(({ length }) => length < WHOLE_WORD_BELOW));
  return {
    finds: (text) => (needles?.find(text, 0) ?? null) !== null || (short !== null && text.search(short) !== -1),
    clean: (text) => {
      const withoutLong = needles === null ? text : replaceAll(text, needles);
      return short === null ? withoutLong : withoutLong.replace(short, REDACTED);
    },
  };
}

/** A redactor that learns of secrets as they come to be. */
export interface LearningRedactor extends Redactor {
  readonly learn: (secret: string) => void;
}

/** Tokens live for an hour or so: one that so many came after has long expired. */
const MOST_LEARNED = 256;

export function createLearningRedactor(secrets: readonly string[]): LearningRedactor {
  const learned = new Set<string>();
  let current = createRedactor(secrets);
  return {
    finds: (text) => current.finds(text),
    clean: (text) => current.clean(text),
    learn(secret) {
      learned.add(secret);
      const [oldest] = learned;
      if (learned.size > MOST_LEARNED && oldest !== undefined) learned.delete(oldest);
      current = createRedactor([...secrets, ...learned]);
    },
  };
}

function replaceAll(text: string, needles: Needles): string {
  let cleaned = "";
  let from = 0;
  for (let place = needles.find(text, 0); place !== null; place = needles.find(text, place.end)) {
    cleaned += text.slice(from, Math.max(from, place.start)) + REDACTED;
    from = place.end;
  }
  return from === 0 ? text : cleaned + text.slice(from);
}

function wordsOf(secrets: readonly string[]): RegExp | null {
  if (secrets.length === 0) return null;
  const words = secrets.map((secret) => secret.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`));
  return new RegExp(`(?<![A-Za-z0-9])(?:${words.join("|")})(?![A-Za-z0-9])`, "g");
}

/**
 * A JSON value with every text in it cleaned, names included; the value itself where there is nothing to clean. Bytes stay
 * as they are.
 */
export function withoutSecrets<T>(value: T, redactor: Redactor): T {
  return holdsSecret(value, redactor) ? (cleaned(value, redactor) as T) : value;
}

/** A look that makes nothing: hardly any value holds a secret, and every call's record passes here. */
function holdsSecret(value: unknown, redactor: Redactor): boolean {
  if (typeof value === "string") return value.length >= SHORTEST_SECRET && redactor.finds(value);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return false;
  if (Array.isArray(value)) return value.some((item) => holdsSecret(item, redactor));
  for (const name in value) {
    if (redactor.finds(name) || holdsSecret((value as Readonly<Record<string, unknown>>)[name], redactor)) return true;
  }
  return false;
}

function cleaned(value: unknown, redactor: Redactor): unknown {
  if (typeof value === "string") return redactor.clean(value);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map((item) => cleaned(item, redactor));
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [redactor.clean(name), cleaned(part, redactor)]),
  );
}

/** The headers themselves where there is nothing to clean: every answer passes here. */
export function withoutSecretsInHeaders<T extends Readonly<Record<string, string>>>(headers: T, redactor: Redactor): T {
  for (const name in headers) {
    const value = headers[name] ?? "";
    if (value.length >= SHORTEST_SECRET && redactor.finds(value)) return cleaned(headers, redactor) as T;
  }
  return headers;
}

const JSON_STRING = /"(?:[^"\\]|\\.)*"/g;

/** Text that may be JSON: also what is hidden in it behind escapes no writer needs. All else stays as it was written. */
export function withoutSecretsInJson(text: string, redactor: Redactor): string {
  const plain = redactor.clean(text);
  if (!plain.includes("\\")) return plain;
  return plain.replace(JSON_STRING, (quoted) => {
    if (!quoted.includes("\\")) return quoted;
    const inner = unquoted(quoted);
    const clean = redactor.clean(inner);
    return clean === inner ? quoted : JSON.stringify(clean);
  });
}

function unquoted(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return quoted;
  }
}
