import {
  asksForSomething,
  type Config,
  DEFAULT_MARGINS,
  DEFAULT_VERDICT,
  experimentId,
  ownChecksOf,
  type OwnCheckSet,
  rubricsOf,
} from "@understudy/config";
import type { Report } from "@understudy/evaluation";
import type { Clock, Service } from "@understudy/runtime";
import type { ExperimentSummary, Store } from "@understudy/store";
import type { ReportMaker } from "./report-maker.ts";

export interface ReportsDeps {
  readonly config: Config;
  readonly store: Store;
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
  const detail = await store.experiments.read(id);
  const evidence = await store.experiments.evidence(id);
  if (detail === null || evidence === null) return null;
  const { primary, silent, replay, counts } = detail;
  const isControl = primary === silent;
  const control = isControl ? null : await store.experiments.evidence(experimentId(primary, primary));
  return maker.make({
    experiment: {
      id,
      primary,
      silent,
      control: isControl,
      replay,
      ...settingsOf(config, detail),
      candidates: candidatesOf(await store.experiments.list(), detail),
    },
    account: counts,
    evidence,
    control,
    now: clock.now(),
  });
}

/** What the configuration asks. An experiment outlives it: its pairs are still there to be read. */
function settingsOf(config: Config, { id, primary, silent, replay }: ExperimentSummary) {
  const configured = config.experiments.find((experiment) => experiment.id === id);
  const replayed = config.silentModels.find(({ name }) => replay && name === silent)?.replay;
  const verdict = configured?.verdict ?? replayed?.verdict ?? DEFAULT_VERDICT;
  return {
    sampleRate: configured?.sampleRate ?? null,
    margins: configured?.margins ?? replayed?.margins ?? DEFAULT_MARGINS,
    minimumSpanMs: replay ? 0 : verdict.minimumSpanMs,
    asked: {
      ...askedOf(config, silent),
      ownChecks: askedIn(ownChecksOf(config.ownChecks, primary)),
      rubric: askedOf(config, silent).judge ? askedIn(rubricsOf(config.ownChecks, primary)) : null,
      relative: verdict.likeness === "share",
    },
  };
}

function askedOf({ silentModels }: Config, silent: string): { readonly judge: boolean; readonly labels: boolean } {
  const review = silentModels.find(({ name }) => name === silent)?.review;
  return { judge: (review?.judge ?? null) !== null, labels: (review?.labels ?? null) !== null };
}

function askedIn(set: Pick<OwnCheckSet, "checks"> | null): "asking" | "forbidding" | null {
  if (set === null) return null;
  return asksForSomething(set) ? "asking" : "forbidding";
}

/** Candidates ever declared for the primary group: one that is gone gives its part of the level to nobody. */
function candidatesOf(
  experiments: readonly ExperimentSummary[],
  { primary, silent, replay }: ExperimentSummary,
): number {
  if (primary === silent) return 1;
  const family = experiments.filter(
    (one) => one.primary === primary && one.silent !== primary && one.replay === replay,
  );
  return Math.max(1, family.length);
}
