/** A service that a test needs is not on this machine. The message names it: `no redis-server and no Docker`. */
export class Missing extends Error {
  constructor(message: string) {
    super(message);
    this.name = "Missing";
  }
}
