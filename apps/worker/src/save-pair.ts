import type { Config } from "@understudy/config";
import type { MirrorJob } from "@understudy/mirror";
import type { CallRecord } from "@understudy/contracts";
import { errorFields, type Logger } from "@understudy/runtime";
import { type Pair, type Store, UnstorablePairError } from "@understudy/store";
import { type CallEntry, type CallSinks, logCall, type Metrics } from "@understudy/telemetry";
import type { AdmitReview } from "./reviews/admit-review.ts";
import { remainsOfUnstorable } from "./unstorable-pair.ts";
import { judgeDrawOf, type Reviewed } from "./reviews/review-job-of.ts";
import type { SilentModelWatch } from "./watch-silent-models.ts";

export interface SavePairDeps {
  readonly store: Store;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly config: Config;
  readonly reviewed: () => Reviewed;
  /** Null when there is no sink. */
  readonly sinks: CallSinks | null;
  readonly watch?: Pick<SilentModelWatch, "callEnded"> | null;
  /** Has the stored pair judged and embedded, if that is asked for. */
  readonly admitReview: AdmitReview;
}

/**
 * Writes the pair once, then logs the silent call and counts the outcome. One that can never be written is dropped, as
 * `unstorable`. Rejects when the store cannot be written now.
 */
export function createSavePair(deps: SavePairDeps) {
  const save = async (pair: Pair, job: MirrorJob): Promise<void> => {
    const key = {
      id: job.experiment,
      primary: job.primary_group,
      silent: job.silent_model,
      replay: job.replay === true,
    };
    const retention = { payloads: job.payloads, retentionMs: job.retention_ms };
    const how = await deps.store.pairs.save({ ...pair, judge: judgeDrawOf(pair, deps.reviewed()) }, key, retention);
    // A job that was delivered twice is logged and counted once.
    if (how === "stored") tell(pair, job, deps);
    // Also of a duplicate: the worker may have ended right after it had stored the pair. A review is made once.
    await deps.admitReview(pair, how, job.logging);
  };
  return async (pair: Pair, job: MirrorJob): Promise<void> => {
    try {
      await save(pair, job);
    } catch (error) {
      if (!(error instanceof UnstorablePairError)) throw error;
      deps.logger.error("a pair can never be stored, and is dropped", { pair_id: pair.id, ...errorFields(error) });
      await save(remainsOfUnstorable(pair), { ...job, payloads: "metrics_only" });
    }
  };
}

/** What the sinks are told of a silent call. */
function silentEntry(pair: Pair, record: CallRecord, { request, primary, payloads, logging }: MirrorJob): CallEntry {
  return {
    record,
    pairs: [{ pair_id: pair.id, experiment: pair.experiment }],
    primary: { call_id: primary.id, model_group: primary.model_group },
    request: (pair.request ?? {}) as CallEntry["request"],
    bytes: request.length + (record.answer?.text?.length ?? 0),
    text: payloads === "full" && logging?.no_text !== true,
    traceparent: logging?.traceparent ?? null,
    parentSpan: null,
    comparison: pair.comparison,
  };
}

function tell(pair: Pair, job: MirrorJob, { metrics, logger, config, sinks, watch }: SavePairDeps): void {
  metrics.pairStored(pair.experiment, pair.outcome);
  if (pair.silent === null) {
    const { id: pair_id, experiment, reason } = pair;
    logger.warn(`mirror ${pair.outcome}`, { pair_id, experiment, reason, request_id: pair.request_id });
    return;
  }
  metrics.callFinished(pair.silent);
  watch?.callEnded(job.silent_model, pair.silent);
  logCall(logger, pair.silent, { pairIds: [pair.id], experiments: [pair.experiment], logText: config.logText });
  if (job.logging?.none !== true) sinks?.record(silentEntry(pair, pair.silent, job));
}
