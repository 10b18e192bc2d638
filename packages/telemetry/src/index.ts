export { type CallLogContext, logCall } from "./call-log.ts";
export { type ClosableLogger, createLogger, type LoggerOptions } from "./logger.ts";
export { createMetrics, type Metrics, type MetricsOptions, type QueueDepth } from "./metrics.ts";
