import { type Clock, errorFields, type Logger, type Service } from "@understudy/runtime";
import type { PairStore } from "@understudy/store";

const SWEEP_EVERY_MS = 60_000;

/** Deletes texts whose retention is over, every minute. Several workers may do it at once. */
export function createRetentionSweep(store: PairStore, clock: Clock, logger: Logger): Service {
  let cancel: (() => void) | undefined;
  let sweeping: Promise<void> | null = null;

  async function sweep(): Promise<void> {
    try {
      const pairs = await store.deleteExpiredTexts(clock.now());
      if (pairs > 0) logger.info("texts past their retention were deleted", { pairs });
    } catch (error) {
      logger.warn("texts past their retention cannot be deleted now", errorFields(error));
    }
  }

  return {
    name: "retention sweep",
    start() {
      cancel = clock.every(SWEEP_EVERY_MS, () => {
        sweeping ??= sweep().finally(() => (sweeping = null));
      });
      return Promise.resolve();
    },
    async stop() {
      cancel?.();
      await sweeping;
    },
  };
}
