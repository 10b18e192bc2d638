import {
  asksForSomething,
  type Config,
  DEFAULT_MARGINS,
  DEFAULT_VERDICT,
  experimentBetween,
  type Margins,
  ownChecksOf,
  type OwnCheckSet,
  rubricsOf,
} from "@understudy/config";
import type { ExperimentKey } from "@understudy/contracts";
import type { AskedRungs } from "./criteria.ts";

/** What an experiment is asked, by the configuration or, where no file names it, as one of its groups would be. */
export interface AskedOfExperiment {
  /** Share of the requests that the configuration mirrors; null where that is not one figure, or no file has it. */
  readonly sampleRate: number | null;
  readonly margins: Margins;
  readonly minimumSpanMs: number;
  readonly asked: AskedRungs;
}

/** An experiment outlives its configuration: its pairs are still there to be read, by the usual margins. */
export function questionOf(config: Config, { id, primary, silent, replay = false }: ExperimentKey): AskedOfExperiment {
  const configured = replay ? undefined : config.experiments.find((experiment) => experiment.id === id);
  const replayed = config.silentModels.find(({ name }) => replay && name === silent)?.replay;
  const between = replay ? null : experimentBetween(config, primary, silent);
  const named = configured ?? replayed ?? between?.experiment;
  const review = (config.silentModels.find(({ name }) => name === silent) ?? between?.model)?.review;
  const judge = (review?.judge ?? null) !== null;
  const verdict = named?.verdict ?? DEFAULT_VERDICT;
  return {
    sampleRate: configured?.sampleRate ?? null,
    margins: named?.margins ?? DEFAULT_MARGINS,
    minimumSpanMs: replay ? 0 : verdict.minimumSpanMs,
    asked: {
      judge,
      labels: (review?.labels ?? null) !== null,
      ownChecks: askedIn(ownChecksOf(config.ownChecks, primary)),
      rubric: judge ? askedIn(rubricsOf(config.ownChecks, primary)) : null,
      relative: verdict.likeness === "share",
    },
  };
}

function askedIn(set: Pick<OwnCheckSet, "checks"> | null): "asking" | "forbidding" | null {
  if (set === null) return null;
  return asksForSomething(set) ? "asking" : "forbidding";
}

/** Candidates ever declared for the primary group: one that is gone gives its part of the level to nobody. */
export function candidatesOf(
  experiments: readonly ExperimentKey[],
  { primary, silent, replay = false }: ExperimentKey,
): number {
  if (primary === silent) return 1;
  const family = experiments.filter(
    (one) => one.primary === primary && one.silent !== primary && (one.replay ?? false) === replay,
  );
  return Math.max(1, family.length);
}
