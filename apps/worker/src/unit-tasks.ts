import {
  asksForSomething,
  type Config,
  type Experiment,
  experimentId,
  ownChecksOf,
  replayExperimentId,
  type ReviewSettings,
  rubricsOf,
} from "@understudy/config";
import { createCallCap } from "@understudy/providers";
import type { UnitTask } from "@understudy/store";

/** How the conversations of each configured experiment become bets, and those of its replays. */
export function unitTasksOf(config: Config): readonly UnitTask[] {
  const capOf = createCallCap(config);
  const controls = new Set(config.experiments.filter(({ control }) => control).map(({ id }) => id));
  return withReplays(config).map(({ id, primary, silent, margins, verdict }) => {
    const control = experimentId(primary, primary);
    const controlled = id !== control && controls.has(control);
    const review = config.silentModels.find(({ name }) => name === silent)?.review ?? null;
    const { checks, rubrics, asking } = rungsOf(config, review, { primary, margins });
    return {
      experiment: id,
      control: controlled ? control : null,
      rules: {
        controlled,
        higherRung: isJudged(review, margins.judge) || asking,
        margins: { latency: margins.latency },
      },
      ownChecks: checks?.id ?? null,
      rubrics: rubrics?.id ?? null,
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
  { primary, margins }: Pick<Folded, "primary" | "margins">,
) {
  const held = margins.qualityLoss !== null;
  const checks = held ? ownChecksOf(ownChecks, primary) : null;
  const rubrics = held && (review?.judge ?? null) !== null ? rubricsOf(ownChecks, primary) : null;
  return { checks, rubrics, asking: [checks, rubrics].some((set) => set !== null && asksForSomething(set)) };
}

type Folded = Pick<Experiment, "id" | "primary" | "silent" | "margins" | "verdict">;

/** Any primary may be replayed to any silent model; what is not there is not folded. */
function withReplays({ experiments, silentModels }: Config): readonly Folded[] {
  const primaries = [...new Set(experiments.map(({ primary }) => primary))];
  const replays = primaries.flatMap((primary) =>
    silentModels.map(({ name: silent, replay: { margins, verdict } }) => ({
      id: replayExperimentId(primary, silent),
      primary,
      silent,
      margins,
      verdict,
    })),
  );
  return [...experiments, ...replays];
}
