import type { Config } from "@understudy/config";
import type { Control } from "@understudy/control";
import { candidatesOf, type Overview } from "@understudy/evaluation";
import { type Clock, createPeriodic, errorFields, type Logger, type Service, within } from "@understudy/runtime";
import type { MarkedExperiment, Store } from "@understudy/store";
import { askedNow } from "./asked-now.ts";
import type { ReportMaker } from "./report-maker.ts";

export interface OverviewsDeps {
  readonly config: Config;
  readonly control: Pick<Control, "current">;
  readonly store: Pick<Store, "experiments" | "control">;
  readonly maker: Pick<ReportMaker, "overview">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What a list says of all experiments: made once for everybody who looks, and again where the evidence is another. */
export interface Overviews {
  /** Says that somebody looks: waits, a moment at the most, where all is old or nothing has been made yet. Never rejects. */
  ready(): Promise<void>;
  /** The last that was made. */
  of(id: string): Overview;
  /** Tells ids of what was made anew, while somebody looks. Returns how to stop. */
  changed(listener: (ids: readonly string[]) => void): () => void;
  readonly service: Service;
}

const EVERY_MS = 2_000;
/** Somebody who looks asks again within this. */
const LOOKED_MS = 60_000;
const LONGEST_WAIT_MS = 2_000;
/** Made again after this whatever the evidence: what is pending, and the time it covers, are no pairs. */
const OLD_MS = 300_000;
const FAILED = "its verdict could not be made; the gateway's log says why";
/** After each one the database has so many times as long for others. */
const REST = 3;

const NONE: Overview = {
  verdict: null,
  criteria: [],
  carried_by: [],
  saving: { usd_a_month: null, reason: "no verdict yet" },
  traffic: { requests_a_day: null, usd_a_month: null },
  without: "its verdict is being made",
  as_of: null,
};

export function createOverviews(deps: OverviewsDeps): Overviews {
  const { clock, logger } = deps;
  const kept = createKept(deps);
  const stopping = new AbortController();
  let lookedAt = -Infinity;
  let roundAt = -Infinity;
  let round: Promise<void> | null = null;

  const start = (): Promise<void> =>
    (round ??= kept
      .remakeOld(stopping.signal)
      .then(() => void (roundAt = clock.monotonic()))
      .catch((error: unknown) => logger.debug("verdicts cannot be looked at now", errorFields(error)))
      .finally(() => (round = null)));
  const isLookedAt = (): boolean => kept.listeners.size > 0 || clock.monotonic() - lookedAt < LOOKED_MS;
  const run = (): Promise<void> => (isLookedAt() ? start() : Promise.resolve());
  const periodic = createPeriodic({ name: "verdicts of the list", everyMs: EVERY_MS, clock, run });

  return {
    async ready() {
      const isFresh = clock.monotonic() - roundAt < LOOKED_MS;
      lookedAt = clock.monotonic();
      // What takes longer goes on, and is there at the next look.
      if (!isFresh) await within(start(), LONGEST_WAIT_MS, clock);
    },
    of: kept.of,
    changed(listener) {
      kept.listeners.add(listener);
      return () => kept.listeners.delete(listener);
    },
    service: {
      ...periodic,
      async stop(deadline) {
        stopping.abort();
        await periodic.stop(deadline);
        await round;
      },
    },
  };
}

interface Kept {
  readonly overview: Overview;
  readonly mark: string;
  readonly madeAt: number;
}

/** What was made of each experiment, and making it again where it is old. */
function createKept(deps: OverviewsDeps) {
  const { store, clock, logger } = deps;
  const kept = new Map<string, Kept>();
  const listeners = new Set<(ids: readonly string[]) => void>();

  async function remake(one: MarkedExperiment, all: readonly MarkedExperiment[]): Promise<void> {
    const { id, mark } = one;
    const overview = await make(one, all, deps).catch((error: unknown): Overview => {
      logger.warn("what a list says of an experiment cannot be made now", { experiment: id, ...errorFields(error) });
      return { ...(kept.get(id)?.overview ?? NONE), without: FAILED };
    });
    kept.set(id, { overview, mark, madeAt: clock.monotonic() });
    for (const listener of listeners) listener([id]);
  }

  function isOld({ id, mark }: MarkedExperiment): boolean {
    const known = kept.get(id);
    return known === undefined || known.mark !== mark || clock.monotonic() - known.madeAt > OLD_MS;
  }

  return {
    listeners,
    of: (id: string): Overview => kept.get(id)?.overview ?? NONE,
    /** The oldest first. After each that was there before, others have the database for a while. */
    async remakeOld(stopping: AbortSignal): Promise<void> {
      const all = await store.experiments.marks();
      const madeAt = ({ id }: MarkedExperiment): number => kept.get(id)?.madeAt ?? -Infinity;
      for (const one of all.filter(isOld).toSorted((first, second) => madeAt(first) - madeAt(second))) {
        if (stopping.aborted) return;
        const isFirst = !kept.has(one.id);
        const startedAt = clock.monotonic();
        await remake(one, all);
        const rest = REST * (clock.monotonic() - startedAt);
        if (!isFirst && rest > 0) await clock.sleep(rest, stopping).catch(() => undefined);
      }
    },
  };
}

async function make(
  key: MarkedExperiment,
  all: readonly MarkedExperiment[],
  { config, control, store, maker, clock }: OverviewsDeps,
): Promise<Overview> {
  const { id, primary, silent, replay } = key;
  const [account, evidence] = await Promise.all([store.experiments.account(id), store.experiments.verdictEvidence(id)]);
  if (account === null || evidence === null) return NONE;
  const asked = await askedNow(key, { config, control, store });
  const candidates = candidatesOf(all, key);
  const experiment = { id, primary, silent, replay, control: primary === silent, ...asked, candidates };
  return maker.overview({ experiment, account, evidence, now: clock.now() });
}
