import type { Experiment } from "@understudy/config";
import type { Ledger } from "@understudy/mirror";
import { type Clock, errorFields, type Logger, type Service } from "@understudy/runtime";
import type { PairStore } from "@understudy/store";

export interface LedgerWriterDeps {
  readonly ledger: Ledger;
  readonly store: PairStore;
  readonly experiments: readonly Experiment[];
  readonly clock: Clock;
  readonly logger: Logger;
}

const WRITE_EVERY_MS = 1_000;

/** Writes the ledger's counts to the database every second. Counts that cannot be written wait for the next time. */
export function createLedgerWriter(deps: LedgerWriterDeps): Service {
  const { ledger, store, experiments, clock, logger } = deps;
  let cancel: (() => void) | undefined;
  let writing: Promise<void> | null = null;
  let failing = false;

  async function write(): Promise<void> {
    const counts = ledger.take();
    if (counts.length === 0) return;
    const used = new Set(counts.map((count) => count.experiment));
    try {
      const keys = experiments.filter((experiment) => used.has(experiment.id));
      await store.addToLedger(counts, keys);
      failing = false;
    } catch (error) {
      ledger.putBack(counts);
      if (!failing) logger.warn("the ledger cannot be written; its counts are kept", errorFields(error));
      failing = true;
    }
  }

  const writeOnce = (): Promise<void> => (writing ??= write().finally(() => (writing = null)));

  return {
    name: "ledger writer",
    start() {
      cancel = clock.every(WRITE_EVERY_MS, () => void writeOnce());
      return Promise.resolve();
    },
    async stop() {
      cancel?.();
      await writing;
      await writeOnce();
    },
  };
}
