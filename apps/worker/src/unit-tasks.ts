import {
  asksForSomething,
  type Config,
  type Experiment,
  experimentBetween,
  type ExperimentBetween,
  experimentId,
  ownChecksOf,
  replayExperimentId,
  reverseBetween,
  type ReviewSettings,
  rubricsOf,
} from "@understudy/config";
import { type ControlState, NO_CONTROL } from "@understudy/contracts";
import { createCallCap } from "@understudy/providers";
import type { UnitTask } from "@understudy/store";

/**
 * How the conversations of each experiment become bets: those of the configuration, those that were added, the reverse of each that is
 * being handed over, and the replays.
 */
export function unitTasksOf(config: Config, state: ControlState = NO_CONTROL): readonly UnitTask[] {
  const capOf = createCallCap(config);
  const controls = new Set(config.experiments.filter(({ control }) => control).map(({ id }) => id));
  return foldedIn(config, state).map(({ id, primary, asked, rollout, silent, margins, verdict, review }) => {
    const control = experimentId(primary, primary);
    const reverse = asked !== primary;
    const controlled = !reverse && id !== control && controls.has(control);
    const { checks, rubrics, asking } = rungsOf(config, review, { primary: asked, margins });
    return {
      experiment: id,
      control: controlled ? control : null,
      rules: {
        controlled,
        higherRung: isJudged(review, margins.judge) || asking,
        margins: { latency: latencyIn(margins, reverse) },
      },
      ownChecks: checks?.id ?? null,
      rubrics: rubrics?.id ?? null,
      ...(reverse ? { reverse, rollout } : {}),
      horizonMs: verdict.horizonMs,
      cost: {
        margin: margins.cost,
        silentCap: verdict.maxCallUsd ?? capOf(silent),
        primaryCap: verdict.maxCallUsd ?? capOf(primary),
      },
      labels: id === control ? null : labelRules(review, margins.judge, verdict.horizonMs),
    };
  });
}

/** In a reverse experiment the primary is the candidate: that is to be no slower than the margin times the old model. */
function latencyIn({ latency }: Experiment["margins"], reverse: boolean): number | null {
  return reverse && latency !== null ? 1 / latency : latency;
}

function isJudged(review: ReviewSettings | null, margin: number | null): boolean {
  return review !== null && review.judge !== null && margin !== null;
}

/** For so long a label can be taken back, where conversations are waited for as long. */
const HELD_MS = 10 * 60_000;

/** People are asked about what a judge has judged, and held to its margin. */
function labelRules(review: ReviewSettings | null, margin: number | null, horizonMs: number): UnitTask["labels"] {
  if (review === null || review.judge === null || review.labels === null || margin === null) return null;
  return { share: review.labels.sampleRate, margin, heldMs: Math.min(HELD_MS, horizonMs) };
}

/** What answers are held to; `asking`: one of it asks for something. */
function rungsOf(
  { ownChecks }: Config,
  review: ReviewSettings | null,
  { primary, margins }: Pick<Experiment, "primary" | "margins">,
) {
  const held = margins.qualityLoss !== null;
  const checks = held ? ownChecksOf(ownChecks, primary) : null;
  const rubrics = held && (review?.judge ?? null) !== null ? rubricsOf(ownChecks, primary) : null;
  return { checks, rubrics, asking: [checks, rubrics].some((set) => set !== null && asksForSomething(set)) };
}

interface Folded extends Pick<Experiment, "id" | "primary" | "silent" | "margins" | "verdict"> {
  /** Model group that clients asked for: in the reverse of an experiment the silent one. */
  readonly asked: string;
  /** The rollout that it is the reverse of; null where it is an experiment of its own. */
  readonly rollout: string | null;
  readonly review: ReviewSettings | null;
}

function foldedIn(config: Config, { experiments, rollouts }: ControlState): readonly Folded[] {
  const added = experiments
    .filter(({ named_by }) => named_by === "api")
    .map(({ primary, silent }) =>
      folded(experimentBetween(config, primary, silent), { asked: primary, rollout: null }),
    );
  const reversed = rollouts.map(({ id, primary, silent }) =>
    folded(reverseBetween(config, primary, silent), { asked: primary, rollout: id }),
  );
  const named = [...ofConfig(config), ...present([...added, ...reversed])];
  return [...new Map(named.toReversed().map((one) => [one.id, one])).values()].toReversed();
}

function folded(found: ExperimentBetween | null, of: Pick<Folded, "asked" | "rollout">): Folded | null {
  return found === null ? null : { ...found.experiment, ...of, review: found.model.review };
}

const present = (all: readonly (Folded | null)[]): readonly Folded[] => all.filter((one) => one !== null);

/** Any primary may be replayed to any silent model; what is not there is not folded. */
function ofConfig({ experiments, silentModels }: Config): readonly Folded[] {
  const reviewOf = (silent: string) => silentModels.find(({ name }) => name === silent)?.review ?? null;
  const primaries = [...new Set(experiments.map(({ primary }) => primary))];
  const replays = primaries.flatMap((primary) =>
    silentModels.map(({ name: silent, replay: { margins, verdict }, review }) => ({
      id: replayExperimentId(primary, silent),
      primary,
      asked: primary,
      rollout: null,
      silent,
      margins,
      verdict,
      review,
    })),
  );
  const live = experiments.map((one) => ({ ...one, asked: one.primary, rollout: null, review: reviewOf(one.silent) }));
  return [...live, ...replays];
}
