import type { Config } from "@understudy/config";
import type { JobLogging, Mirroring, MirrorJob } from "@understudy/mirror";
import { recordOf } from "@understudy/router";
import type { Logger } from "@understudy/runtime";
import { type CallSinks, logCall, type Metrics } from "@understudy/telemetry";
import type { FinishedRequest } from "./finished-request.ts";
import { loggingWishOf, primaryEntry } from "./primary-entry.ts";

export interface SettleRequestDeps {
  readonly mirroring: Mirroring;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly config: Config;
  /** Null when there is no sink: then nothing is done for them. */
  readonly sinks: CallSinks | null;
}

/** What happens once the client has its last byte: read the answer, count the call, mirror it, log it. It may fail. */
export function createSettleRequest({ mirroring, metrics, logger, config, sinks }: SettleRequestDeps) {
  const { logText } = config;
  return (finished: FinishedRequest): void => {
    const { request, optedOut } = finished;
    const record = recordOf(finished.call);
    const { text, bytes: requestBytes, stratum } = request;
    metrics.callFinished(record);
    const logging: JobLogging | undefined = sinks === null ? undefined : loggingWishOf(finished, config);
    let jobs: readonly MirrorJob[] = [];
    try {
      jobs = mirroring.mirror({ record, request: text, requestBytes, stratum, optedOut, logging });
    } finally {
      // The primary's line is written however the mirroring went.
      const pairIds = jobs.map((job) => job.pair_id);
      const experiments = jobs.map((job) => job.experiment);
      logCall(logger, record, { pairIds, experiments, logText });
      if (sinks !== null && logging?.none !== true) {
        sinks.record(primaryEntry(record, { finished, jobs, logging }));
      }
    }
  };
}
