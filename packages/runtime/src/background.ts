import { errorFields, type Logger } from "./logger.ts";

/** Work nobody waits for. What it throws is logged and counted, and reaches no one. */
export interface Background {
  /** Starts `work` now; contains whatever it throws or rejects with. */
  run(name: string, work: () => void | Promise<void>): void;
  /** How many pieces of work have failed so far. */
  failures(): number;
  /** Resolves when nothing is under way. */
  drained(): Promise<void>;
}

export function createBackground(logger: Logger): Background {
  const underWay = new Set<Promise<void>>();
  let failures = 0;

  const contain = (name: string, error: unknown): void => {
    failures += 1;
    logger.error(`background work failed: ${name}`, errorFields(error));
  };

  return {
    run(name, work) {
      try {
        const result = work();
        if (result === undefined) return;
        const tracked = result.catch((error: unknown) => contain(name, error)).finally(() => underWay.delete(tracked));
        underWay.add(tracked);
      } catch (error) {
        contain(name, error);
      }
    },
    failures: () => failures,
    async drained() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
