const TRAILING = new Set(" .,;:!?。、");

/** The text in one Unicode form and lower case, whitespace collapsed, punctuation at the end cut off. */
export function normalise(text: string): string {
  const flat = text.normalize("NFKC").toLowerCase().replaceAll(/\s+/g, " ").trim();
  let end = flat.length;
  // A pattern anchored at the end would try every run of dots in the text.
  while (end > 0 && TRAILING.has(flat.charAt(end - 1))) end -= 1;
  // A text of punctuation alone keeps it, or `?` would equal `!`.
  return end === 0 ? flat : flat.slice(0, end);
}
