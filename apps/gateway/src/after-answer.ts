import type { MirrorJob, Mirroring } from "@understudy/mirror";
import type { Logger } from "@understudy/runtime";
import { logCall, type Metrics } from "@understudy/telemetry";
import type { FinishedChat } from "./routes/chat-completions.ts";

export interface AfterAnswerDeps {
  readonly mirroring: Mirroring;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly logText: boolean;
}

/** What happens once the client has its last byte. It may be slow and it may fail: nobody waits for it. */
export function createAfterAnswer({ mirroring, metrics, logger, logText }: AfterAnswerDeps) {
  return ({ call, request, optedOut }: FinishedChat): void => {
    const record = call.record();
    metrics.callFinished(record);
    let jobs: readonly MirrorJob[] = [];
    try {
      jobs = mirroring.mirror({ record, request: request.text, requestBytes: request.bytes, optedOut });
    } finally {
      // The primary's line is written however the mirroring went.
      const pairIds = jobs.map((job) => job.pair_id);
      const experiments = jobs.map((job) => job.experiment);
      logCall(logger, record, { pairIds, experiments, logText });
    }
  };
}
