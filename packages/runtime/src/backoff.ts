export interface Backoff {
  /** Milliseconds after the first failure, and the most there ever are. */
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Milliseconds to wait before a try: they double with each that failed before it, up to a bound. */
export function backoffMs(failures: number, { firstMs, longestMs }: Backoff): number {
  return Math.min(firstMs * 2 ** failures, longestMs);
}
