/** What the bodies of all requests under way may take together, in bytes. */
export interface BodyBudget {
  /** The share of one request, which begins with nothing. */
  open(): BodyShare;
}

export interface BodyShare {
  /** False, and nothing is taken, where there is no room for so many more. */
  take(bytes: number): boolean;
  /** Gives back all of it. */
  release(): void;
}

export function createBodyBudget(totalBytes: number): BodyBudget {
  let used = 0;
  return {
    open() {
      let own = 0;
      return {
        take(bytes) {
          if (used + bytes > totalBytes) return false;
          used += bytes;
          own += bytes;
          return true;
        },
        release() {
          used -= own;
          own = 0;
        },
      };
    },
  };
}
