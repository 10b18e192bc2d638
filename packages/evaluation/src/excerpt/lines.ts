/** Characters that are looked at of what is cut to a line. */
const MOST_READ = 4_000;
/** Characters that stay before the place where two texts begin to differ. */
const BEFORE = 50;
/** Characters up to which the place is looked for; what begins to differ later is shown from its beginning. */
const MOST_COMPARED = 200_000;

/** One line of a text, from `from` on, of at most `longest` characters; what is cut off is an ellipsis. */
export function lineOf(text: string, longest: number, from = 0): string {
  const start = from <= 2 * BEFORE ? 0 : from - BEFORE;
  const read = plain(text.slice(start, start + MOST_READ))
    .replaceAll(/\s+/g, " ")
    .trim()
    .toWellFormed();
  // A word that the beginning cuts in half says nothing.
  const begun = start === 0 ? read : `… ${read.slice(read.indexOf(" ") + 1)}`;
  const cut = begun.length > longest || text.length - start > MOST_READ;
  return cut
    ? `${begun
        .slice(0, longest - 2)
        .trimEnd()
        .toWellFormed()} …`
    : begun;
}

/** Markdown's marks say nothing in a line. */
export function plain(text: string): string {
  return text.replaceAll(/```\w{0,20}|\*\*|^ {0,3}#{1,6} /gm, "");
}

/** How many characters two texts have in common at their beginning; 0 where that is too many to count. */
export function commonStart(one: string, other: string): number {
  const end = Math.min(one.length, other.length, MOST_COMPARED);
  let at = 0;
  while (at < end && one.charCodeAt(at) === other.charCodeAt(at)) at += 1;
  return at === MOST_COMPARED ? 0 : at;
}
