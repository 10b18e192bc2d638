/**
 * What stands for each `*` of the pattern in the name; null when the name does not match. Each `*` but the last takes
 * as little as it can. Linear in the name's length for each `*`.
 */
export function wildcardCaptures(pattern: string, name: string): readonly string[] | null {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return pattern === name ? [] : null;
  const end = name.length - last.length;
  if (!name.startsWith(first) || end < first.length || !name.endsWith(last)) return null;
  const captures: string[] = [];
  let from = first.length;
  for (const literal of rest) {
    const at = name.indexOf(literal, from);
    if (at === -1 || at + literal.length > end) return null;
    captures.push(name.slice(from, at));
    from = at + literal.length;
  }
  return [...captures, name.slice(from, end)];
}

/** The template with its `*`s replaced in order; what is left over repeats the last capture. */
export function fillWildcards(template: string, captures: readonly string[]): string {
  let next = 0;
  return template.replaceAll("*", () => {
    const capture = captures[Math.min(next, captures.length - 1)] ?? "";
    next += 1;
    return capture;
  });
}
