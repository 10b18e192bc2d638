/** Addresses of the page, and paths of the API, for what has an id. */
export function experimentHref(id: string): string {
  return `/experiments/${encodeURIComponent(id)}`;
}

export function experimentPath(id: string): string {
  return `/api/experiments/${encodeURIComponent(id)}`;
}
