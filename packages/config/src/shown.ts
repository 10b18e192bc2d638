/** Beginnings of keys and tokens as providers and clouds give them out, and addresses with a password in them. */
const SECRET_STARTS =
  /^(?:bearer |basic |sk-|sk_|pk-|pk_|rk_|gsk_|xai-|aiza|ghp_|gho_|ghs_|github_pat_|hf_|r8_|nvapi-|pplx-|fw_|csk-|tvly-|akia|asia|eyj|xox[a-z]-|glpat-|whsec_|ya29\.|-----begin)|:\/\/[^/]*@/i;
const SECRET_WORDS = /secret|passw|token|canary|private|api[-_ ]?key/i;

const LONGEST_NAME = 100;
const LONGEST_WORD = 20;
/** A date has 8 digits; `v3p1`, `405b` and `qwen3` are as long as words of letters and digits are in a model's name. */
const LONGEST_NUMBER = 8;
const LONGEST_MIXED = 9;
const MOST_MIXED = 4;

/**
 * Whether a text may be a secret that stands in the wrong place. Messages say names, and whatever is written where a name
 * belongs reaches them: it must look like one, in words of letters, short numbers, and few words of both.
 */
export function isSecretLike(text: string): boolean {
  return SECRET_WORDS.test(text) || hasKeyShape(text);
}

/** The same without a look at what the words mean: keys of the file are called `api_key` and `password`. */
export function hasKeyShape(text: string): boolean {
  if (SECRET_STARTS.test(text) || text.length > LONGEST_NAME) return true;
  const words = text.split(/[^\p{L}\p{N}]+/u);
  const mixed = words.filter((word) => /\p{L}/u.test(word) && /\p{N}/u.test(word));
  if (mixed.length > MOST_MIXED || mixed.some((word) => word.length > LONGEST_MIXED)) return true;
  return words.some((word) => word.length > (/^\p{N}+$/u.test(word) ? LONGEST_NUMBER : LONGEST_WORD));
}

/** A name as messages show it: in quotes where blanks around it or a comma in it would be misread, and never a secret. */
export function shown(name: string): string {
  if (isSecretLike(name)) return `(a text of ${name.length} characters)`;
  const plain = printable(name);
  return plain === name.trim() && !name.includes(",") ? plain : quoted(name);
}

/** The same, always in quotes. */
export function quoted(text: string): string {
  return isSecretLike(text) ? shown(text) : printable(JSON.stringify(text));
}

/** Variables are all capitals, and longer in their words than models: only what has the shape of a key is kept back. */
export function isVariableName(name: string): boolean {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || SECRET_STARTS.test(name)) return false;
  return name
    .split("_")
    .every((word) => word.length <= LONGEST_WORD && (!/\d/.test(word) || word.length <= LONGEST_MIXED));
}

/** Line breaks, escape codes and marks of direction can forge a line of a report or hide one. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** The text with everything that does not print written as an escape: `\n`, `\u001b`. */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, (character) => {
    const escaped = JSON.stringify(character).slice(1, -1);
    return escaped === character ? `\\u${character.codePointAt(0)?.toString(16).padStart(4, "0")}` : escaped;
  });
}

/** Whether all of a text prints. */
export function isPrintable(text: string): boolean {
  return printable(text) === text;
}
