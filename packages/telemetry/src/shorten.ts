/** Characters that a secret does not hold; a text may be cut after one of them without halving a secret. */
const BETWEEN_WORDS = new Set(" \t\n\r\"'{}[],;");

/**
 * At most `length` characters of the text and a mark that it was cut. Cut between words: half a secret would pass the
 * redaction that knows it whole.
 */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  let end = length;
  while (end > 0 && !BETWEEN_WORDS.has(text.charAt(end - 1))) end -= 1;
  return `${text.slice(0, end)}…`;
}
