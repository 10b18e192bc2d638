import { type Clock, within } from "@understudy/runtime";
import { AggregatorRegistry, Counter, type MetricObjectWithValues, type MetricValue, type Registry } from "prom-client";

/** A queue that does not answer must not keep the other metrics from being read. */
const LONGEST_REFRESH_MS = 2_000;

type Refresh = () => void | Promise<void>;

/** All figures of one thread at one moment, as plain data. */
export type MetricsSnapshot = readonly MetricObjectWithValues<MetricValue<string>>[];

export interface Scrape {
  readonly onScrape: (refresh: Refresh) => void;
  readonly include: (read: () => Promise<MetricsSnapshot>) => void;
  readonly snapshot: () => Promise<MetricsSnapshot>;
  readonly text: () => Promise<string>;
}

export interface ScrapeDeps {
  readonly clock: Clock;
  /** Empties what the refreshes fill, so that a failed one leaves a gap and no stale figure. */
  readonly forget: () => void;
}

/** Reads a registry as text, after everything that wanted to bring its figures up to date has had its turn. */
export function createScrape(registry: Registry, { clock, forget }: ScrapeDeps): Scrape {
  const refreshes: Refresh[] = [];
  const failures = new Counter({
    name: "understudy_scrape_failures_total",
    help: "Refreshes before a scrape that failed or took too long.",
    registers: [registry],
  });
  const others: (() => Promise<MetricsSnapshot>)[] = [];
  let underWay: Promise<string> | undefined;

  const contain = async (refresh: Refresh): Promise<void> => {
    try {
      const done = (async () => (await refresh(), true))();
      if ((await within(done, LONGEST_REFRESH_MS, clock)) === null) throw new Error("took too long");
    } catch {
      failures.inc();
    }
  };

  const refresh = async (): Promise<void> => {
    forget();
    await Promise.all(refreshes.map(contain));
  };

  /** What they have; one that does not answer leaves a gap. */
  const readOthers = async (): Promise<readonly MetricsSnapshot[]> => {
    const found: MetricsSnapshot[] = [];
    const readInto = (read: () => Promise<MetricsSnapshot>) => contain(async () => void found.push(await read()));
    await Promise.all(others.map(readInto));
    return found;
  };

  const read = async (): Promise<string> => {
    await refresh();
    if (others.length === 0) return registry.metrics();
    const found = await readOthers();
    return AggregatorRegistry.aggregate([await registry.getMetricsAsJSON(), ...found].map((one) => [...one])).metrics();
  };

  return {
    onScrape: (run) => void refreshes.push(run),
    include: (other) => void others.push(other),
    async snapshot() {
      await refresh();
      return registry.getMetricsAsJSON();
    },
    // Scrapes at the same time share one: the second would empty what the first has just filled.
    text: () =>
      (underWay ??= read().finally(() => {
        underWay = undefined;
      })),
  };
}
