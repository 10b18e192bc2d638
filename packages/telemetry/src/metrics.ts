import type { CallRecord } from "@understudy/router";
import { type Clock, systemClock } from "@understudy/runtime";
import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";
import { registerCallMetrics } from "./call-metrics.ts";
import { createScrape } from "./scrape.ts";

export interface MetricsOptions {
  readonly service: "gateway" | "worker";
  /** Memory, event loop, garbage collection of the process. On unless set to false. */
  readonly defaultMetrics?: boolean;
  readonly clock?: Clock;
}

/** Jobs on one silent model's queue, by state. */
export interface QueueDepth {
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
}

/** What a process counts. Names that become labels must come from the config, never from a client. */
export interface Metrics {
  /** Content type of `text()`. */
  readonly contentType: string;
  /** Counts a call by its record. Cheap enough for the request path; never throws. */
  callFinished(record: CallRecord): void;
  mirrorAdmitted(experiment: string): void;
  mirrorSkipped(experiment: string, reason: string): void;
  mirrorDropped(experiment: string, reason: string): void;
  pairStored(experiment: string, outcome: string): void;
  /** Call it from `onScrape`: each scrape forgets what the one before was told. */
  queueDepth(silentModel: string, depth: QueueDepth): void;
  requestStarted(): void;
  /** `route` is the route's pattern, never the path asked for. */
  requestFinished(route: string, status: number): void;
  /** Where to read, at each scrape, how many pieces of background work have failed so far. */
  backgroundFailures(read: () => number): void;
  /** Runs before each scrape, for at most two seconds. What it throws is counted and contained. */
  onScrape(refresh: () => void | Promise<void>): void;
  /** All metrics in Prometheus' text format. */
  text(): Promise<string>;
}

/** Metrics of one process on a registry of their own. */
export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  if (options.defaultMetrics !== false) collectDefaultMetrics({ register: registry });
  registerServiceInfo(registry, options.service);
  const mirror = createMirrorMetrics([registry]);
  const http = createHttpMetrics([registry]);
  const scrape = createScrape(registry, {
    clock: options.clock ?? systemClock,
    forget: () => mirror.queueDepth.reset(),
  });

  return {
    contentType: registry.contentType,
    callFinished: registerCallMetrics(registry),
    mirrorAdmitted: (experiment) => mirror.admitted.inc({ experiment }),
    mirrorSkipped: (experiment, reason) => mirror.skipped.inc({ experiment, reason }),
    mirrorDropped: (experiment, reason) => mirror.dropped.inc({ experiment, reason }),
    pairStored: (experiment, outcome) => mirror.pairs.inc({ experiment, outcome }),
    queueDepth(silent_model, { waiting, active, delayed, failed }) {
      for (const [state, jobs] of Object.entries({ waiting, active, delayed, failed })) {
        mirror.queueDepth.set({ silent_model, state }, jobs);
      }
    },
    requestStarted: () => http.inFlight.inc(),
    requestFinished(route, status) {
      http.inFlight.dec();
      http.requests.inc({ route, status: String(status) });
    },
    backgroundFailures: registerBackgroundFailures(registry),
    onScrape: scrape.onScrape,
    text: scrape.text,
  };
}

function registerServiceInfo(registry: Registry, service: string): void {
  const info = new Gauge({
    name: "understudy_service_info",
    help: "Which service this process is. Always 1.",
    labelNames: ["service"],
    registers: [registry],
  });
  info.set({ service }, 1);
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
    queueDepth: new Gauge({
      name: "understudy_queue_depth",
      help: "Mirror jobs on a silent model's queue, by state. Absent when the queue could not be asked.",
      labelNames: ["silent_model", "state"],
      registers,
    }),
  };
}

function createHttpMetrics(registers: Registry[]) {
  return {
    requests: new Counter({
      name: "understudy_http_requests_total",
      help: "HTTP requests answered.",
      labelNames: ["route", "status"],
      registers,
    }),
    inFlight: new Gauge({
      name: "understudy_in_flight_requests",
      help: "HTTP requests under way.",
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
