import { type HttpMetrics, registerHttpMetrics } from "./http-metrics.ts";
import type { CallRecord, QueueDepth } from "@understudy/contracts";
import { type Clock, systemClock, VERSION } from "@understudy/runtime";
import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";
import { registerCallMetrics } from "./call-metrics.ts";
import { type ExperimentStanding, registerControlMetrics } from "./control-metrics.ts";
import { registerSinkMetrics } from "./sink-metrics.ts";
import type { SinkState } from "./sinks/sink.ts";
import { createScrape, type MetricsSnapshot } from "./scrape.ts";

export interface MetricsOptions {
  readonly service: "gateway" | "worker";
  /** Memory, event loop, garbage collection of the process. On unless set to false. */
  readonly defaultMetrics?: boolean;
  readonly clock?: Clock;
}

/** What a process counts. Names that become labels must come from the config, never from a client. */
export interface Metrics extends HttpMetrics {
  /** Content type of `text()`. */
  readonly contentType: string;
  /** Counts a call by its record. Cheap enough for the request path; never throws. */
  callFinished(record: CallRecord): void;
  mirrorAdmitted(experiment: string): void;
  mirrorSkipped(experiment: string, reason: string, count?: number): void;
  mirrorDropped(experiment: string, reason: string): void;
  pairStored(experiment: string, outcome: string): void;
  /** Call it from `onScrape`: each scrape forgets what the one before was told. */
  queueDepth(silentModel: string, depth: QueueDepth): void;
  /** Milliseconds that the job next in line has waited; null when none waits. Call it from `onScrape`. */
  queueOldest(silentModel: string, ms: number | null): void;
  /** Mirrors of an experiment by how they stand. Call it from `onScrape`. */
  ledger(experiment: string, state: string, mirrors: number): void;
  /** `reason` is `rate_limited` or `quota_low`. */
  silentPaused(silentModel: string, reason: string, seconds: number): void;
  /** USD of this day in UTC. Call it from `onScrape`. */
  silentSpend(silentModel: string, usd: { readonly [part in "spent" | "reserved" | "budget"]: number }): void;
  /** How a pair's review ended: the judgement, or why there is none. */
  pairReviewed(experiment: string, outcome: string): void;
  /** Call it from `onScrape`, like `queueDepth`. */
  reviewQueueDepth(depth: QueueDepth): void;
  /** Where to read, at each scrape, how many pieces of background work have failed so far. */
  backgroundFailures(read: () => number): void;
  /** Where to read, at each scrape, the bytes that wait on disk for a queue that is away, by silent model. */
  spoolBytes(read: () => ReadonlyMap<string, number>): void;
  /** Tells, at each scrape, of the heap of the thread that this is called on. */
  ownHeap(): void;
  /** Where to read, at each scrape, how the sinks are doing. */
  sinkStates(read: () => readonly SinkState[]): void;
  /** Where to read, at each scrape, how the experiments stand. */
  experiments(read: () => readonly ExperimentStanding[]): void;
  /** Runs before each scrape, for at most two seconds. What it throws is counted and contained. */
  onScrape(refresh: () => void | Promise<void>): void;
  /** All metrics in Prometheus' text format, those that are included with them. */
  text(): Promise<string>;
  /** The figures of this process alone, for another to include. */
  snapshot(): Promise<MetricsSnapshot>;
  /** Where to read, at each scrape, what another thread of this process counts: figures of one name add up. */
  include(read: () => Promise<MetricsSnapshot>): void;
  /** Every metric's name, and the labels it may carry. */
  names(): ReadonlyMap<string, ReadonlySet<string>>;
}

/** Metrics of one process on a registry of their own. */
export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  if (options.defaultMetrics !== false) collectDefaultMetrics({ register: registry });
  registerServiceInfo(registry, options.service);
  const mirror = createMirrorMetrics([registry]);
  const silent = createSilentMetrics([registry]);
  const scrape = createScrape(registry, {
    clock: options.clock ?? systemClock,
    forget() {
      mirror.queueDepth.reset();
      mirror.reviewQueueDepth.reset();
      mirror.queueOldest.reset();
      mirror.ledger.reset();
      silent.spend.reset();
    },
  });

  return {
    contentType: registry.contentType,
    callFinished: registerCallMetrics(registry),
    mirrorAdmitted: (experiment) => mirror.admitted.inc({ experiment }),
    mirrorSkipped: (experiment, reason, count = 1) => mirror.skipped.inc({ experiment, reason }, count),
    mirrorDropped: (experiment, reason) => mirror.dropped.inc({ experiment, reason }),
    pairStored: (experiment, outcome) => mirror.pairs.inc({ experiment, outcome }),
    queueDepth(silent_model, { waiting, active, delayed, failed }) {
      for (const [state, jobs] of Object.entries({ waiting, active, delayed, failed })) {
        mirror.queueDepth.set({ silent_model, state }, jobs);
      }
    },
    silentPaused: (silent_model, reason, seconds) => silent.paused.inc({ silent_model, reason }, seconds),
    silentSpend(silent_model, usd) {
      for (const [part, value] of Object.entries(usd)) silent.spend.set({ silent_model, part }, value);
    },
    pairReviewed: (experiment, outcome) => mirror.reviews.inc({ experiment, outcome }),
    reviewQueueDepth({ waiting, active, delayed, failed }) {
      for (const [state, jobs] of Object.entries({ waiting, active, delayed, failed })) {
        mirror.reviewQueueDepth.set({ state }, jobs);
      }
    },
    queueOldest(silent_model, ms) {
      if (ms !== null) mirror.queueOldest.set({ silent_model }, ms / 1000);
    },
    ledger: (experiment, state, mirrors) => mirror.ledger.set({ experiment, state }, mirrors),
    ...registerHttpMetrics(registry),
    backgroundFailures: registerBackgroundFailures(registry),
    spoolBytes: (read) => registerSpoolBytes(registry, read),
    ownHeap: () => registerOwnHeap(registry),
    sinkStates: (read) => registerSinkMetrics(registry, read),
    experiments: (read) => registerControlMetrics(registry, read),
    onScrape: scrape.onScrape,
    text: scrape.text,
    snapshot: scrape.snapshot,
    include: scrape.include,
    names: () => new Map(registry.getMetricsAsArray().map((metric) => [metric.name, labelsOf(metric)])),
  };
}

function registerSpoolBytes(registry: Registry, read: () => ReadonlyMap<string, number>): void {
  const gauge = new Gauge({
    name: "understudy_spool_bytes",
    help: "Bytes of mirror jobs that wait on disk while their queue is away.",
    labelNames: ["silent_model"],
    collect() {
      for (const [silent_model, bytes] of read()) this.set({ silent_model }, bytes);
    },
    registers: [],
  });
  registry.registerMetric(gauge);
}

/** `nodejs_heap_size_used_bytes` is the heap of the process's first thread alone. */
function registerOwnHeap(registry: Registry): void {
  const gauge = new Gauge({
    name: "understudy_mirroring_heap_bytes",
    help: "Heap in use on the gateway's thread that records and mirrors.",
    collect() {
      this.set(process.memoryUsage().heapUsed);
    },
    registers: [],
  });
  registry.registerMetric(gauge);
}

/** The library keeps them on the metric, and its type does not say so. */
function labelsOf(metric: object): ReadonlySet<string> {
  return new Set((metric as { readonly labelNames?: readonly string[] }).labelNames);
}

function registerServiceInfo(registry: Registry, service: string): void {
  const info = new Gauge({
    name: "understudy_service_info",
    help: "Which service this process is, and its version. Always 1.",
    labelNames: ["service", "version"],
    aggregator: "first",
    registers: [registry],
  });
  info.set({ service, version: VERSION }, 1);
}

function createMirrorMetrics(registers: Registry[]) {
  return {
    admitted: new Counter({
      name: "understudy_mirrors_admitted_total",
      help: "Requests that were mirrored.",
      labelNames: ["experiment"],
      registers,
    }),
    skipped: new Counter({
      name: "understudy_mirrors_skipped_total",
      help: "Requests that were not to be mirrored, and why.",
      labelNames: ["experiment", "reason"],
      registers,
    }),
    dropped: new Counter({
      name: "understudy_mirrors_dropped_total",
      help: "Admitted mirrors that were given up before they reached the queue, and why.",
      labelNames: ["experiment", "reason"],
      registers,
    }),
    pairs: new Counter({
      name: "understudy_pairs_total",
      help: "Pairs stored, by how the mirror ended.",
      labelNames: ["experiment", "outcome"],
      registers,
    }),
    reviews: new Counter({
      name: "understudy_reviews_total",
      help: "Pairs that were to be judged or embedded, by the judgement or the reason why there is none.",
      labelNames: ["experiment", "outcome"],
      registers,
    }),
    reviewQueueDepth: new Gauge({
      name: "understudy_review_queue_depth",
      help: "Reviews on their queue, by state. Absent when the queue could not be asked.",
      labelNames: ["state"],
      registers,
    }),
    queueOldest: new Gauge({
      name: "understudy_queue_oldest_seconds",
      help: "How long the job next in line on a silent model's queue has waited. Absent when none waits.",
      labelNames: ["silent_model"],
      registers,
    }),
    ledger: new Gauge({
      name: "understudy_ledger_mirrors",
      help: "Mirrors by how they stand, as the database has it: admitted = paired + failed + expired + dropped + lost + pending.",
      labelNames: ["experiment", "state"],
      registers,
    }),
    queueDepth: new Gauge({
      name: "understudy_queue_depth",
      help: "Mirror jobs on a silent model's queue, by state. Absent when the queue could not be asked.",
      labelNames: ["silent_model", "state"],
      registers,
    }),
  };
}

function createSilentMetrics(registers: Registry[]) {
  return {
    paused: new Counter({
      name: "understudy_silent_paused_seconds_total",
      help: "Seconds for which this process let a silent model's queue rest, and why.",
      labelNames: ["silent_model", "reason"],
      registers,
    }),
    spend: new Gauge({
      name: "understudy_silent_spend_usd",
      help: "Today's (UTC) cost of a silent model's calls, spent and reserved, and its daily budget. Only with a budget.",
      labelNames: ["silent_model", "part"],
      registers,
    }),
  };
}

function registerBackgroundFailures(registry: Registry): (read: () => number) => void {
  const reads: (() => number)[] = [];
  const failures = new Counter({
    name: "understudy_background_failures_total",
    help: "Pieces of background work that failed. None of them reached a client.",
    registers: [registry],
    collect() {
      failures.reset();
      for (const read of reads) failures.inc(read());
    },
  });
  return (read) => void reads.push(read);
}
