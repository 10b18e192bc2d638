import { type Config, experimentId } from "@understudy/config";
import type { Control } from "@understudy/control";
import { candidatesOf, type Report } from "@understudy/evaluation";
import type { Clock, Service } from "@understudy/runtime";
import type { Store } from "@understudy/store";
import { askedNow } from "./asked-now.ts";
import type { ReportMaker } from "./report-maker.ts";

export interface ReportsDeps {
  readonly config: Config;
  readonly control: Pick<Control, "current">;
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

async function makeReport(id: string, deps: ReportsDeps) {
  const { store, clock, maker } = deps;
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
      ...(await askedNow(detail, deps)),
      candidates: candidatesOf(await store.experiments.list(), detail),
    },
    account: counts,
    evidence,
    control,
    now: clock.now(),
  });
}
