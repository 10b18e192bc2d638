/** Makes a value when it is first asked for, and keeps it: a part of a request's view that most who look at it never need. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
