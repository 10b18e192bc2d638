import type { Config } from "@understudy/config";
import type { MirrorJob } from "@understudy/mirror";
import type { Logger } from "@understudy/runtime";
import type { Pair, PairStore } from "@understudy/store";
import { logCall, type Metrics } from "@understudy/telemetry";

export interface SettleDeps {
  readonly store: PairStore;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly config: Config;
}

/** Writes the pair once, then logs the silent call and counts the outcome. Rejects when the store cannot be written. */
export function createSettlePair({ store, metrics, logger, config }: SettleDeps) {
  return async (pair: Pair, job: MirrorJob): Promise<void> => {
    const key = { id: job.experiment, primary: job.primary_group, silent: job.silent_model };
    const retention = { payloads: job.payloads, retentionMs: job.retention_ms };
    const stored = await store.savePair(pair, key, retention);
    // A job that was delivered twice is logged and counted once.
    if (stored === "duplicate") return;
    metrics.pairStored(pair.experiment, pair.outcome);
    if (pair.silent === null) {
      const { id: pair_id, experiment, reason } = pair;
      logger.warn(`mirror ${pair.outcome}`, { pair_id, experiment, reason, request_id: pair.request_id });
      return;
    }
    metrics.callFinished(pair.silent);
    logCall(logger, pair.silent, { pairIds: [pair.id], experiments: [pair.experiment], logText: config.logText });
  };
}
