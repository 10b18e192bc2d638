import {
  asksForSomething,
  type Config,
  DEFAULT_MARGINS,
  DEFAULT_VERDICT,
  type Experiment,
  experimentBetween,
  type Margins,
  ownChecksOf,
  type OwnCheckSet,
  type ReviewSettings,
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
export function questionOf(config: Config, key: ExperimentKey): AskedOfExperiment {
  const { named, review, sampleRate } = namedIn(config, key);
  const verdict = named?.verdict ?? DEFAULT_VERDICT;
  const judge = (review?.judge ?? null) !== null;
  return {
    sampleRate,
    margins: named?.margins ?? DEFAULT_MARGINS,
    minimumSpanMs: key.replay === true ? 0 : verdict.minimumSpanMs,
    asked: {
      judge,
      labels: (review?.labels ?? null) !== null,
      ownChecks: askedIn(ownChecksOf(config.ownChecks, key.primary)),
      rubric: judge ? askedIn(rubricsOf(config.ownChecks, key.primary)) : null,
      relative: verdict.likeness === "share",
    },
  };
}

interface Named {
  readonly named: Pick<Experiment, "margins" | "verdict"> | undefined;
  readonly review: ReviewSettings | null | undefined;
  readonly sampleRate: number | null;
}

/** Where the configuration speaks of it: as an experiment, a replay, or two of its groups that nothing names together. */
function namedIn(config: Config, { id, primary, silent, replay = false }: ExperimentKey): Named {
  const model = config.silentModels.find(({ name }) => name === silent);
  if (replay) return { named: model?.replay, review: model?.review, sampleRate: null };
  const configured = config.experiments.find((experiment) => experiment.id === id);
  if (configured !== undefined) return { named: configured, review: model?.review, sampleRate: configured.sampleRate };
  const between = experimentBetween(config, primary, silent);
  return { named: between?.experiment, review: (model ?? between?.model)?.review, sampleRate: null };
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
