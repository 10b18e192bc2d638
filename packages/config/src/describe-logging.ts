import type { LoggingSettings, SinkSettings } from "./logging/logging.ts";
import { sinkRow } from "./logging/sink-rows.ts";
import { publicUrl } from "./public-url.ts";

/** One row for each sink and one for what holds for all; none when nothing is logged but lines. */
export function describeLogging(logging: LoggingSettings): readonly string[][] {
  const { sinks, text, patterns, webhook } = logging;
  const rows = sinks.map((sink) => [sink.kind, sinkRow(sink).place(sink), callsOf(sink)]);
  const hook = webhook === null ? [] : [["webhook", publicUrl(webhook.url), webhook.events.join(", ")]];
  if (rows.length === 0) return hook;
  const texts = text ? "with prompts and answers" : "without prompts and answers";
  const blanked = patterns.length === 0 ? [] : [`${patterns.length} redact_patterns`];
  return [...rows, ...hook, ["all sinks", texts, ...blanked]];
}

function callsOf({ calls }: SinkSettings): string {
  if (calls.success && calls.failure) return "all calls";
  return calls.success ? "calls that went well" : "calls that failed";
}
