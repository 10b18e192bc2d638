import type { LoggingSettings, SinkSettings } from "./logging/logging.ts";
import { publicUrl } from "./secrets.ts";
import { formatSize } from "./units.ts";

/** One row for each sink and one for what holds for all; none when nothing is logged but lines. */
export function describeLogging(logging: LoggingSettings): readonly string[][] {
  const { sinks, text, patterns, webhook } = logging;
  const rows = sinks.map((sink) => [sink.kind, placeOf(sink), callsOf(sink)]);
  const hook = webhook === null ? [] : [["webhook", publicUrl(webhook.url), webhook.events.join(", ")]];
  if (rows.length === 0) return hook;
  const texts = text ? "with prompts and answers" : "without prompts and answers";
  const blanked = patterns.length === 0 ? [] : [`${patterns.length} redact_patterns`];
  return [...rows, ...hook, ["all sinks", texts, ...blanked]];
}

function placeOf(sink: SinkSettings): string {
  switch (sink.kind) {
    case "file":
      return `${sink.path}, rotated at ${formatSize(sink.maxBytes)} or each ${sink.every}`;
    case "winston":
      return sink.module;
    case "s3":
    case "s3_batches": {
      const { bucket, endpoint } = sink.access;
      return `s3://${bucket}/${sink.prefix}${endpoint === null ? "" : ` at ${publicUrl(endpoint)}`}`;
    }
    case "langfuse":
      return publicUrl(sink.host);
    case "otel": {
      const targets = [sink.traces, sink.metrics].flatMap((target) => (target === null ? [] : [publicUrl(target.url)]));
      return targets.length === 0 ? "nowhere: OTEL_SDK_DISABLED or no exporter" : targets.join(" and ");
    }
    case "generic_api":
      return publicUrl(sink.url);
  }
}

function callsOf({ calls }: SinkSettings): string {
  if (calls.success && calls.failure) return "all calls";
  return calls.success ? "calls that went well" : "calls that failed";
}
