/**
 * PostgreSQL's text cannot hold the character NUL, nor half a surrogate pair. Nothing that we store as plain text has a
 * use for them.
 */
export function storable<T extends string | null>(text: T): T {
  return (text === null ? null : text.replaceAll("\0", "").toWellFormed()) as T;
}

/** Reports add figures up, square and divide them; the database fails where that leaves the range of its numbers. */
const LARGEST = 1e100;
const SMALLEST = 1e-100;

/** A number that can be reckoned with, or null. */
export function figure(value: number | null | undefined): number | null {
  if (typeof value !== "number" || !(Math.abs(value) <= LARGEST)) return null;
  return Math.abs(value) < SMALLEST ? 0 : value;
}
