import type { Config } from "@understudy/config";
import { candidatesOf, type Course, type JudgedInput, questionOf } from "@understudy/evaluation";
import { type Clock, createThreadPool, errorFields, type Logger, type Service } from "@understudy/runtime";
import type { MarkedExperiment, Store } from "@understudy/store";

export interface KeepHistoriesDeps {
  readonly config: Config;
  readonly store: Pick<Store, "experiments" | "histories">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Keeps where criteria stood as pairs came. */
export interface KeepHistories {
  /** After conversations of these experiments have entered. Never rejects. */
  entered(experiments: readonly string[]): Promise<void>;
  readonly service: Service;
}

/** Bounds of a million pairs do not move with one more: a moment is kept for so many more pairs than there were at the last. */
const GROWTH = 0.02;
const LONGEST_MS = 60_000;

/** Bounds take tens of milliseconds, so they are computed on a thread of their own. */
export function createKeepHistories(deps: KeepHistoriesDeps): KeepHistories {
  const { store, clock, logger } = deps;
  const pool = createThreadPool<JudgedInput, Course>({
    script: new URL("criteria-thread.ts", import.meta.url),
    threads: 1,
    longestMs: LONGEST_MS,
    resourceLimits: {},
    clock,
  });
  const judge = (input: JudgedInput): Promise<Course> => pool.run(input);
  return {
    async entered(experiments) {
      if (experiments.length === 0) return;
      try {
        const all = await store.experiments.marks();
        for (const one of all) if (experiments.includes(one.id)) await keepMoment(one, all, judge, deps);
      } catch (error) {
        logger.debug("the course of criteria cannot be kept now", errorFields(error));
      }
    },
    service: { name: "course of criteria", start: () => Promise.resolve(), stop: () => pool.close() },
  };
}

async function keepMoment(
  key: MarkedExperiment,
  all: readonly MarkedExperiment[],
  judge: (input: JudgedInput) => Promise<Course>,
  { config, store, clock }: KeepHistoriesDeps,
): Promise<void> {
  const { id, primary, silent, replay, entered } = key;
  if (entered === null || entered.pairs === 0) return;
  const asked = questionOf(config, key);
  const candidates = candidatesOf(all, key);
  const rules = JSON.stringify([entered.rules, asked.margins, asked.asked, candidates]);
  const newest = await store.histories.newest(id);
  const isDue = newest === null || newest.rules !== rules || entered.pairs >= newest.pairs * (1 + GROWTH) + 1;
  if (!isDue) return;
  const [account, evidence] = await Promise.all([store.experiments.account(id), store.experiments.verdictEvidence(id)]);
  if (account === null || evidence === null) return;
  const experiment = { id, primary, silent, replay, control: primary === silent, ...asked, candidates };
  const course = await judge({ experiment, account, evidence, now: clock.now() });
  const criteria = course.criteria.filter(({ pairs }) => pairs > 0);
  const { kinds } = course;
  await store.histories.add({ experiment: id, rules, pairs: evidence.units.pairs, at: clock.now(), criteria, kinds });
}
