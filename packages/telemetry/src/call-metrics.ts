import type { CallRecord } from "@understudy/contracts";
import { Counter, Histogram, type Registry } from "prom-client";

/** Seconds. From a cached one-word answer to the longest reasoning. */
const LATENCY_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120, 300];

/** Seconds. A backlog may last hours. */
const QUEUE_WAIT_BUCKETS = [0.01, 0.05, 0.25, 1, 5, 15, 60, 300, 900, 3600, 14_400];

/** Under a wildcard the client names the model; beyond this many names they are counted together. */
const MOST_MODEL_GROUPS = 500;
const OTHER_MODEL_GROUP = "other";

/** Roles whose jobs wait on a silent model's queue. */
const WAITING: ReadonlySet<CallRecord["role"]> = new Set(["silent", "control"]);

type Observe = (value: number | null | undefined) => void;

/** What one kind of call is measured with, its labels bound once. */
interface Series {
  readonly calls: Observe;
  readonly durationSeconds: Observe;
  readonly firstTokenSeconds: Observe;
  readonly inputTokens: Observe;
  readonly outputTokens: Observe;
  readonly costUsd: Observe;
  readonly queueWaitSeconds: Observe;
}

/** Registers the metrics of model calls. The returned function counts one finished call; it is cheap and never throws. */
export function registerCallMetrics(registry: Registry): (record: CallRecord) => void {
  const bind = bindingsOf(registry);
  const seriesByKind = new Map<string, Series>();
  const modelGroups = new Set<string>();

  const groupLabel = (name: string): string => {
    if (modelGroups.has(name)) return name;
    if (modelGroups.size >= MOST_MODEL_GROUPS) return OTHER_MODEL_GROUP;
    modelGroups.add(name);
    return name;
  };

  const seriesOf = (record: CallRecord): Series => {
    const group = groupLabel(record.model_group);
    const kind = `${record.role} ${record.status} ${record.stream} ${record.provider} ${group}`;
    let series = seriesByKind.get(kind);
    if (series === undefined) {
      series = bind(record, group);
      seriesByKind.set(kind, series);
    }
    return series;
  };

  return (record) => {
    const { timing, usage } = record;
    const series = seriesOf(record);
    series.calls(1);
    series.durationSeconds(inSeconds(timing.total_ms));
    series.firstTokenSeconds(inSeconds(timing.first_token_ms));
    series.inputTokens(usage?.input_tokens);
    series.outputTokens(usage?.output_tokens);
    series.costUsd(record.cost_usd);
    series.queueWaitSeconds(inSeconds(timing.queue_wait_ms));
  };
}

function bindingsOf(registry: Registry): (record: CallRecord, model_group: string) => Series {
  const metrics = createCallMetrics([registry]);
  return ({ role, status, stream, provider }, model_group) => {
    const side = { role, model_group };
    return {
      calls: counting(metrics.calls.labels({ ...side, provider: provider ?? "none", status })),
      durationSeconds: observing(metrics.duration.labels({ ...side, stream: String(stream), status })),
      firstTokenSeconds: observing(metrics.firstToken.labels(side)),
      inputTokens: counting(metrics.tokens.labels({ ...side, direction: "input" })),
      outputTokens: counting(metrics.tokens.labels({ ...side, direction: "output" })),
      costUsd: counting(metrics.cost.labels(side)),
      // Other calls wait on no silent model's queue, and none of its series names them.
      queueWaitSeconds: WAITING.has(role)
        ? observing(metrics.queueWait.labels({ silent_model: model_group }))
        : () => {},
    };
  };
}

function createCallMetrics(registers: Registry[]) {
  return {
    calls: new Counter({
      name: "understudy_calls_total",
      help: "Model calls that ended, however they ended.",
      labelNames: ["role", "model_group", "provider", "status"],
      registers,
    }),
    duration: new Histogram({
      name: "understudy_call_duration_seconds",
      help: "From the first attempt to the last byte, retries included and queue wait not. Failed calls count too.",
      labelNames: ["role", "model_group", "stream", "status"],
      buckets: LATENCY_BUCKETS,
      registers,
    }),
    firstToken: new Histogram({
      name: "understudy_first_token_seconds",
      help: "From the answering attempt's start to the first token of a streamed answer.",
      labelNames: ["role", "model_group"],
      buckets: LATENCY_BUCKETS,
      registers,
    }),
    tokens: new Counter({
      name: "understudy_tokens_total",
      help: "Tokens as the provider counted them.",
      labelNames: ["role", "model_group", "direction"],
      registers,
    }),
    cost: new Counter({
      name: "understudy_cost_usd_total",
      help: "Cost of calls whose price and usage are known, in US dollars.",
      labelNames: ["role", "model_group"],
      registers,
    }),
    queueWait: new Histogram({
      name: "understudy_queue_wait_seconds",
      help: "Time a mirror job waited before its silent call began. In no other latency figure.",
      labelNames: ["silent_model"],
      buckets: QUEUE_WAIT_BUCKETS,
      registers,
    }),
  };
}

function inSeconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}

/** Providers report what they like; a figure that is no amount would make the metrics library throw. */
function isAmount(value: number | null | undefined): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function counting(series: { inc(value: number): void }): Observe {
  return (value) => {
    if (isAmount(value)) series.inc(value);
  };
}

function observing(series: { observe(value: number): void }): Observe {
  return (value) => {
    if (isAmount(value)) series.observe(value);
  };
}
