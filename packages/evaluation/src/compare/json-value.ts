/** Text read as JSON. */
export type ParsedJson = { readonly valid: true; readonly value: unknown } | { readonly valid: false };

/** Parses JSON; text that is none is `valid: false`. */
export function parseJson(text: string): ParsedJson {
  try {
    return { valid: true, value: JSON.parse(text) as unknown };
  } catch {
    return { valid: false };
  }
}

/** Parses text that is a JSON object or array. A bare number or word is prose that happens to be JSON. */
export function parseJsonDocument(text: string): ParsedJson {
  return /^\s*[[{]/.test(text) ? parseJson(text) : { valid: false };
}

/** Whether two parsed JSON values are the same whatever the order of their keys. Any depth: models nest as they like. */
export function sameJson(one: unknown, other: unknown): boolean {
  const open: [unknown, unknown][] = [[one, other]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [left, right] = next;
    if (left === right) continue;
    const parts = partsOf(left, right);
    if (parts === null) return false;
    for (const part of parts) open.push(part);
  }
  return true;
}

/** Pairs of members that must be the same for the two values to be; null when the values cannot be the same. */
function partsOf(left: unknown, right: unknown): [unknown, unknown][] | null {
  if (!isContainer(left) || !isContainer(right)) return null;
  if (Array.isArray(left) !== Array.isArray(right)) return null;
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length || !names.every((name) => Object.hasOwn(right, name))) return null;
  return names.map((name) => [left[name], right[name]]);
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
