import { viewRequest } from "@understudy/apis";
import type { ApiName } from "@understudy/contracts";
import { type Config, secretsOf } from "@understudy/config";
import type { JobLogging, Mirroring, MirrorJob, RequestSays } from "@understudy/mirror";
import { recordOf } from "@understudy/router";
import { createRedactor, type Logger, withoutSecrets } from "@understudy/runtime";
import { type CallSinks, logCall, type Metrics } from "@understudy/telemetry";
import type { FinishedRequest } from "./finished-request.ts";
import { jobLoggingOf, primaryEntry } from "./primary-entry.ts";

export interface FinishedRequestHandlerDeps {
  readonly mirroring: Mirroring;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly config: Config;
  /** Null when there is no sink: then nothing is done for them. */
  readonly sinks: CallSinks | null;
}

/** What happens once the client has its last byte: read the answer, count the call, mirror it, log it. It may fail. */
export function createFinishedRequestHandler({
  mirroring,
  metrics,
  logger,
  config,
  sinks,
}: FinishedRequestHandlerDeps) {
  const { logText } = config;
  const redactor = createRedactor(secretsOf(config));
  return (finished: FinishedRequest): void => {
    const { request, optedOut, clientTry, session, headers, side } = finished;
    const record = withoutSecrets(recordOf(finished.call), redactor);
    const { bytes: requestBytes, stratum, statefulBy } = request;
    // A conversation may repeat a key that an earlier answer gave away: the copy goes to another provider.
    const text = redactor.clean(request.text);
    metrics.callFinished(record);
    const logging: JobLogging | undefined = sinks === null ? undefined : jobLoggingOf(finished, config);
    let jobs: readonly MirrorJob[] = [];
    try {
      const says = () => saidIn(record.operation, text);
      const asked = {
        request: text,
        requestBytes,
        headers,
        statefulBy,
        stratum,
        session,
        says,
        optedOut,
        clientTry,
        side,
      };
      jobs = mirroring.mirror({ record, ...asked, logging });
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

function saidIn(api: ApiName, text: string): RequestSays {
  const body = JSON.parse(text) as { readonly metadata?: unknown };
  const { users, sessions } = viewRequest(api, body).names;
  return { users, sessions, metadata: body.metadata };
}
