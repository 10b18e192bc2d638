import { Gauge, type Registry } from "prom-client";

/** How an experiment stands now. */
export interface ExperimentStanding {
  readonly experiment: string;
  readonly state: string;
  /** Share of the sticky keys that its candidate answers, 0 to 1; null where no rollout was begun. */
  readonly share: number | null;
}

/** `read` is asked at each scrape. */
export function registerControlMetrics(registry: Registry, read: () => readonly ExperimentStanding[]): void {
  const states = new Gauge({
    name: "understudy_experiment_state",
    help: "1 for the state that an experiment is in; its other states are absent.",
    labelNames: ["experiment", "state"],
    collect() {
      this.reset();
      for (const { experiment, state } of read()) this.set({ experiment, state }, 1);
    },
    registers: [],
  });
  const shares = new Gauge({
    name: "understudy_rollout_share",
    help: "Share of a model group's sticky keys that the candidate answers, 0 to 1. Absent where no rollout was begun.",
    labelNames: ["experiment"],
    collect() {
      this.reset();
      for (const { experiment, share } of read()) if (share !== null) this.set({ experiment }, share);
    },
    registers: [],
  });
  registry.registerMetric(states);
  registry.registerMetric(shares);
}
