import type { MirrorQueues } from "@understudy/mirror";
import { type Clock, createPeriodic, errorFields, type Logger, type Service } from "@understudy/runtime";
import type { Overdue, Store } from "@understudy/store";

export interface ReconcilerDeps {
  readonly store: Store;
  readonly queues: MirrorQueues;
  /** Milliseconds past a job's last moment after which its outcome must be known. */
  readonly lostAfterMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

const LONGEST_BETWEEN_MS = 60_000;
const PAGE = 500;
const NAMED_IN_LOG = 5;

/**
 * Calls lost what was admitted, is long past its time, has no outcome and waits on no queue. Several workers may do it at
 * once. An outcome that comes after all, from the spool of a gateway that was away, takes the loss's place.
 */
export function createReconciler(deps: ReconcilerDeps): Service {
  const { clock, logger } = deps;
  async function reconcile(): Promise<void> {
    try {
      const before = clock.now() - deps.lostAfterMs;
      let after: Overdue | null = null;
      do {
        const page: readonly Overdue[] = await deps.store.ledger.overdue({ before, after, limit: PAGE });
        await callLost(page, deps);
        after = page.length === PAGE ? (page.at(-1) ?? null) : null;
      } while (after !== null);
    } catch (error) {
      logger.warn("the account cannot be reconciled now", errorFields(error));
    }
  }

  const everyMs = Math.min(LONGEST_BETWEEN_MS, Math.max(1_000, deps.lostAfterMs));
  return createPeriodic({ name: "reconciler", everyMs, clock, run: reconcile });
}

async function callLost(overdue: readonly Overdue[], { store, queues, logger }: ReconcilerDeps): Promise<void> {
  for (const [silentModel, mirrors] of Map.groupBy(overdue, ({ silent_model }) => silent_model)) {
    const ids = mirrors.map(({ pair_id }) => pair_id);
    const waiting = await queues.producer(silentModel).holding(ids);
    const gone = ids.filter((id) => !waiting.has(id));
    const lost = gone.length === 0 ? 0 : await store.ledger.markLost(gone);
    if (lost === 0) continue;
    logger.error("mirrors were lost", { silent_model: silentModel, lost, pair_ids: gone.slice(0, NAMED_IN_LOG) });
  }
}
