import type { Config } from "@understudy/config";
import type { JobLogging, MirrorJob } from "@understudy/mirror";
import type { CallRecord } from "@understudy/contracts";
import type { CallEntry } from "@understudy/telemetry";
import type { FinishedRequest } from "./finished-request.ts";

/** What the silent call's logging goes by: the client's wishes and the primary's span. Undefined when there is nothing. */
export function jobLoggingOf(
  { request, withoutText, trace }: FinishedRequest,
  { logging }: Config,
): JobLogging | undefined {
  const none = request.noLog && logging.noLog;
  if (!none && !withoutText && trace === null) return undefined;
  return {
    ...(none ? { none: true } : {}),
    ...(withoutText ? { no_text: true } : {}),
    ...(trace === null ? {} : { traceparent: trace.traceparent }),
  };
}

export interface EntryParts {
  readonly finished: FinishedRequest;
  readonly jobs: readonly MirrorJob[];
  readonly logging: JobLogging | undefined;
}

/** What the sinks are told of a primary call. */
export function primaryEntry(record: CallRecord, { finished, jobs, logging }: EntryParts): CallEntry {
  const { request, trace } = finished;
  return {
    record,
    pairs: jobs.map(({ pair_id, experiment }) => ({ pair_id, experiment })),
    primary: null,
    request: JSON.parse(request.text) as CallEntry["request"],
    bytes: request.bytes + (record.answer?.text?.length ?? 0),
    // Where a pair keeps figures only, its primary's texts are not to be found elsewhere either.
    text: logging?.no_text !== true && jobs.every((job) => job.payloads === "full"),
    traceparent: logging?.traceparent ?? null,
    parentSpan: trace?.parentSpan ?? null,
    comparison: null,
  };
}
