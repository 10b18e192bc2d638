import type { Experiment } from "@understudy/config";
import type { Ledger, LedgerBatch } from "@understudy/mirror";
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

/** Writes the ledger to the database every second. A batch that cannot be written waits for the next time. */
export function createLedgerWriter(deps: LedgerWriterDeps): Service {
  const { ledger, store, experiments, clock, logger } = deps;
  let cancel: (() => void) | undefined;
  let writing: Promise<void> | null = null;
  let failing = false;

  /** A batch that could not be written, or may have been: it is tried again before any other. */
  let unwritten: LedgerBatch | null = null;

  async function write(): Promise<void> {
    unwritten ??= ledger.take();
    if (unwritten === null) return;
    const used = new Set(unwritten.counts.map((count) => count.experiment));
    try {
      const keys = experiments.filter((experiment) => used.has(experiment.id));
      await store.writeLedger(unwritten, keys);
      unwritten = null;
      failing = false;
    } catch (error) {
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
      // What came while an older batch was still to be written.
      if (!failing) await writeOnce();
    },
  };
}
