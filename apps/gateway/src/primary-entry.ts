import type { Config } from "@understudy/config";
import type { JobLogging, MirrorJob } from "@understudy/mirror";
import type { CallRecord } from "@understudy/router";
import type { CallEntry } from "@understudy/telemetry";
import type { FinishedChat } from "./routes/chat-completions.ts";

/** LiteLLM's header for one call without texts in its logs. A client can only ever reduce. */
const WITHOUT_TEXT = "x-litellm-enable-message-redaction";

/** What the silent call's logging goes by: the client's wishes and the primary's span. Undefined when there is nothing. */
export function loggingWishOf({ request, headers, trace }: FinishedChat, { logging }: Config): JobLogging | undefined {
  const none = request.noLog && logging.noLog;
  const noText = String(headers[WITHOUT_TEXT]).toLowerCase() === "true";
  if (!none && !noText && trace === null) return undefined;
  return {
    ...(none ? { none: true } : {}),
    ...(noText ? { no_text: true } : {}),
    ...(trace === null ? {} : { traceparent: trace.traceparent }),
  };
}

export interface EntryParts {
  readonly jobs: readonly MirrorJob[];
  readonly logging: JobLogging | undefined;
}

/** What the sinks are told of a primary call. */
export function primaryEntry(
  record: CallRecord,
  { request, trace }: FinishedChat,
  { jobs, logging }: EntryParts,
): CallEntry {
  return {
    record,
    pairs: jobs.map(({ pair_id, experiment }) => ({ pair_id, experiment })),
    primary: null,
    request: request.body,
    bytes: request.bytes + (record.answer?.text?.length ?? 0),
    // Where a pair keeps figures only, its primary's texts are not to be found elsewhere either.
    text: logging?.no_text !== true && jobs.every((job) => job.payloads === "full"),
    traceparent: logging?.traceparent ?? null,
    parentSpan: trace?.parentSpan ?? null,
    comparison: null,
  };
}
