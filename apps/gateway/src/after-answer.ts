import type { Config } from "@understudy/config";
import type { JobLogging, MirrorJob, Mirroring } from "@understudy/mirror";
import type { Logger } from "@understudy/runtime";
import { type CallSinks, logCall, type Metrics } from "@understudy/telemetry";
import { loggingWishOf, primaryEntry } from "./primary-entry.ts";
import type { FinishedChat } from "./routes/chat-completions.ts";

export interface AfterAnswerDeps {
  readonly mirroring: Mirroring;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly config: Config;
  /** Null when there is no sink: then nothing is done for them. */
  readonly sinks: CallSinks | null;
}

/** What happens once the client has its last byte. It may be slow and it may fail: nobody waits for it. */
export function createAfterAnswer({ mirroring, metrics, logger, config, sinks }: AfterAnswerDeps) {
  const { logText } = config;
  return (finished: FinishedChat): void => {
    const { call, request, optedOut } = finished;
    const record = call.record();
    const { text, body, bytes: requestBytes } = request;
    metrics.callFinished(record);
    const logging: JobLogging | undefined = sinks === null ? undefined : loggingWishOf(finished, config);
    let jobs: readonly MirrorJob[] = [];
    try {
      jobs = mirroring.mirror({ record, request: text, body, requestBytes, optedOut, logging });
    } finally {
      // The primary's line is written however the mirroring went.
      const pairIds = jobs.map((job) => job.pair_id);
      const experiments = jobs.map((job) => job.experiment);
      logCall(logger, record, { pairIds, experiments, logText });
      if (sinks !== null && logging?.none !== true) sinks.record(primaryEntry(record, finished, { jobs, logging }));
    }
  };
}
