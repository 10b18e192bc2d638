import type { ExperimentKey, LedgerBatch } from "@understudy/contracts";
import type { Ledger } from "@understudy/mirror";
import { type Clock, createPeriodic, errorFields, type Logger, type Service } from "@understudy/runtime";
import type { Store } from "@understudy/store";

export interface LedgerWriterDeps {
  readonly ledger: Ledger;
  readonly store: Store;
  /** Those that may be in the ledger now. */
  readonly experiments: () => readonly ExperimentKey[];
  readonly clock: Clock;
  readonly logger: Logger;
}

const WRITE_EVERY_MS = 1_000;

/** Writes the ledger to the database every second. A batch that cannot be written waits for the next time. */
export function createLedgerWriter(deps: LedgerWriterDeps): Service {
  const { ledger, store, experiments, clock, logger } = deps;
  let failing = false;

  /** A batch that could not be written, or may have been: it is tried again before any other. */
  let unwritten: LedgerBatch | null = null;

  async function write(): Promise<void> {
    unwritten ??= ledger.take();
    if (unwritten === null) return;
    const used = new Set(unwritten.counts.map((count) => count.experiment));
    try {
      const keys = experiments().filter((experiment) => used.has(experiment.id));
      await store.ledger.write(unwritten, keys);
      unwritten = null;
      failing = false;
    } catch (error) {
      if (!failing) logger.warn("the ledger cannot be written; its counts are kept", errorFields(error));
      failing = true;
    }
  }

  const periodic = createPeriodic({ name: "ledger writer", everyMs: WRITE_EVERY_MS, clock, run: write });
  return {
    ...periodic,
    async stop(deadline) {
      await periodic.stop(deadline);
      await write();
      // What came while an older batch was still to be written.
      if (!failing) await write();
    },
  };
}
