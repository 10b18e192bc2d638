import { createMetrics, type Metrics } from "./metrics.ts";

/** The registry of a process that has all parts there are, with nothing counted yet: for whoever lists what can be asked for. */
export function everyMetric(): Metrics {
  const metrics = createMetrics({ service: "gateway", defaultMetrics: false });
  metrics.sinkStates(() => []);
  metrics.experiments(() => []);
  metrics.spoolBytes(() => new Map());
  metrics.backgroundFailures(() => 0);
  metrics.ownHeap();
  return metrics;
}
