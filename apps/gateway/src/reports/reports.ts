import { type Config, DEFAULT_MARGINS, experimentId } from "@understudy/config";
import type { Report } from "@understudy/evaluation";
import type { Clock, Service } from "@understudy/runtime";
import type { PairStore } from "@understudy/store";
import type { ReportMaker } from "./report-maker.ts";

export interface ReportsDeps {
  readonly config: Config;
  readonly store: PairStore;
  readonly clock: Clock;
  readonly maker: ReportMaker;
}

export interface Reports {
  /**
   * What the experiment's pairs say; null when there is no such experiment. Rejects when the database cannot be read, and
   * with `ReportFailure` when the report cannot be made of what was read.
   */
  readonly report: (id: string) => Promise<Report | null>;
  readonly service: Service;
}

/** Several pages that ask at once get the same report, and so does the next one for a moment. */
const FRESH_MS = 2_000;

interface Kept {
  readonly report: Promise<Report | null>;
  /** Null while it is being made. */
  madeAt: number | null;
}

export function createReports(deps: ReportsDeps): Reports {
  const kept = new Map<string, Kept>();

  function makeAndKeep(id: string): Promise<Report | null> {
    const entry: Kept = { report: makeReport(id, deps), madeAt: null };
    kept.set(id, entry);
    entry.report.then(
      () => void (entry.madeAt = deps.clock.monotonic()),
      () => kept.delete(id),
    );
    return entry.report;
  }

  return {
    report(id) {
      for (const [other, { madeAt }] of kept) {
        if (madeAt !== null && deps.clock.monotonic() - madeAt > FRESH_MS) kept.delete(other);
      }
      return kept.get(id)?.report ?? makeAndKeep(id);
    },
    service: { name: "reports", start: () => Promise.resolve(), stop: () => deps.maker.close() },
  };
}

async function makeReport(id: string, { config, store, clock, maker }: ReportsDeps) {
  const detail = await store.experiment(id);
  const evidence = await store.evidence(id);
  if (detail === null || evidence === null) return null;
  const { primary, silent, replay, counts } = detail;
  // An experiment outlives its configuration: its pairs are still there to be read.
  const configured = config.experiments.find((experiment) => experiment.id === id);
  const replayed = config.silentModels.find(({ name }) => replay && name === silent)?.replay;
  const isControl = primary === silent;
  const control = isControl ? null : await store.evidence(experimentId(primary, primary));
  return maker.make({
    experiment: {
      id,
      primary,
      silent,
      control: isControl,
      replay,
      sampleRate: configured?.sampleRate ?? null,
      margins: configured?.margins ?? replayed?.margins ?? DEFAULT_MARGINS,
    },
    account: counts,
    evidence,
    control,
    now: clock.now(),
  });
}
