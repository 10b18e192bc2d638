export { type CallLogContext, logCall } from "./call-log.ts";
export { type ClosableLogger, createLogger, type LoggerOptions } from "./logger.ts";
export { type CallSinks } from "./sinks/call-sinks.ts";
export { type CallEntry } from "./sinks/logged-call.ts";
export { openSinks, tracesCalls } from "./sinks/open-sinks.ts";
export { primaryTrace, silentTraceparent, type TraceContext } from "./sinks/otel/trace-context.ts";
export { openWebhook, type Webhook, type WebhookFact } from "./sinks/webhook/webhook.ts";
export { type SinkState } from "./sinks/sink.ts";
export { createMetrics, type Metrics, type MetricsOptions, type QueueDepth } from "./metrics.ts";
