import { Counter, Gauge, type Registry } from "prom-client";

export interface HttpMetrics {
  requestStarted(): void;
  /** `route` is the route's pattern, never the path asked for. */
  requestFinished(route: string, status: number): void;
}

/** Registers what is counted of each request. The library is told of it once somebody reads: it looks up labels at each step. */
export function registerHttpMetrics(registry: Registry): HttpMetrics {
  let underWay = 0;
  /** By route and status, since the last reading. */
  const finished = new Map<string, Map<number, number>>();
  const requests = new Counter({
    name: "understudy_http_requests_total",
    help: "HTTP requests answered.",
    labelNames: ["route", "status"],
    registers: [],
    collect() {
      for (const [route, statuses] of finished) {
        for (const [status, count] of statuses) this.inc({ route, status: String(status) }, count);
      }
      finished.clear();
    },
  });
  const inFlight = new Gauge({
    name: "understudy_in_flight_requests",
    help: "HTTP requests under way.",
    registers: [],
    collect() {
      this.set(underWay);
    },
  });
  for (const metric of [requests, inFlight]) registry.registerMetric(metric);
  return {
    requestStarted() {
      underWay += 1;
    },
    requestFinished(route, status) {
      underWay -= 1;
      const statuses = finished.get(route) ?? new Map<number, number>();
      if (statuses.size === 0) finished.set(route, statuses);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    },
  };
}
