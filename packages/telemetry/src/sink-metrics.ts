import { Counter, Gauge, type Registry } from "prom-client";
import type { SinkState } from "./sinks/sink.ts";

/** Registers the metrics of sinks; they are read at each scrape. Sinks' names come from the configuration. */
export function registerSinkMetrics(registry: Registry, read: () => readonly SinkState[]): void {
  const registers = [registry];
  const written = new Counter({
    name: "understudy_sink_written_total",
    help: "Calls that a sink has taken.",
    labelNames: ["sink"],
    registers,
    collect() {
      written.reset();
      for (const { name, written: count } of read()) written.inc({ sink: name }, count);
    },
  });
  const dropped = new Counter({
    name: "understudy_sink_dropped_total",
    help: "Calls that are missing from a sink, and why.",
    labelNames: ["sink", "reason"],
    registers,
    collect() {
      dropped.reset();
      for (const { name, dropped: reasons } of read()) {
        for (const [reason, count] of Object.entries(reasons)) dropped.inc({ sink: name, reason }, count);
      }
    },
  });
  const failures = new Counter({
    name: "understudy_sink_failures_total",
    help: "Tries to write to a sink that failed; most are followed by one that works.",
    labelNames: ["sink"],
    registers,
    collect() {
      failures.reset();
      for (const { name, failures: count } of read()) failures.inc({ sink: name }, count);
    },
  });
  const held = new Gauge({
    name: "understudy_sink_held",
    help: "Calls that wait in memory for a sink.",
    labelNames: ["sink"],
    registers,
    collect() {
      for (const { name, held: count } of read()) held.set({ sink: name }, count);
    },
  });
  const up = new Gauge({
    name: "understudy_sink_up",
    help: "1 when the last try to write to a sink worked, 0 when it did not.",
    labelNames: ["sink"],
    registers,
    collect() {
      for (const { name, state } of read()) up.set({ sink: name }, state === "ok" ? 1 : 0);
    },
  });
}
