/** Epoch milliseconds: the one place of the page that reads the time. */
export function now(): number {
  return new Date().getTime();
}
