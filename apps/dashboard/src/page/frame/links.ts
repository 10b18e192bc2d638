/** Addresses of the page, and paths of the API, for what has an id. */
export function experimentHref(id: string): string {
  return `/experiments/${encodeURIComponent(id)}`;
}

export function experimentPath(id: string): string {
  return `/api/experiments/${encodeURIComponent(id)}`;
}

export function rolloutHref(id: string): string {
  return `/rollouts/${encodeURIComponent(id)}`;
}

export function rolloutPath(id: string): string {
  return `/api/rollouts/${encodeURIComponent(id)}`;
}
