export interface Looks {
  /** Does the work from its beginning, once what is under way has ended. All who ask meanwhile share it. */
  run(): Promise<void>;
  idle(): Promise<void>;
}

/** `work` that never rejects and is never done twice at a time. */
export function oneAfterTheOther(work: () => Promise<void>): Looks {
  let last: Promise<void> = Promise.resolve();
  let next: Promise<void> | null = null;
  return {
    run() {
      next ??= last = last.then(() => {
        next = null;
        return work();
      });
      return next;
    },
    idle: () => last,
  };
}
