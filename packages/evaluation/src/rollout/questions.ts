import type { Margins } from "@understudy/config";
import type { CriterionName, CriterionUnit } from "@understudy/contracts";
import { AT_BEST, countsOf } from "../units/shapes.ts";
import type { UnitCriterion } from "../units/unit.ts";
import type { AskedRungs } from "../verdict/criteria.ts";
import { chanceIn } from "./chance.ts";
import type { Halves } from "./halves.ts";
import { NO_CHANCE, type Part } from "./wager.ts";

/** Criteria that guard a rollout: cost does not, since nothing is hurt by it while one looks at it. */
export type GuardedCriterion = Extract<CriterionName, UnitCriterion>;

/** Chances of a wrong rollback, 0.05 over all of a rollout: what clients got, and all answers. */
const LEVELS = {
  quality: { served: 0.02, all: 0.005 },
  errors: { served: 0.01, all: 0.0025 },
  latency: { served: 0.01, all: 0.0025 },
} as const;
/** Parts of the quality's level where several rungs share it: likeness, in which much differs by chance, needs the most. */
const LIKENESS_WEIGHT = 9;
/** Part of likeness's level over both halves that is for the bound on chance. */
const FOR_CHANCE = 0.2;

/** One question of the guards: is the candidate's loss in this criterion beyond the null? */
export interface GuardQuestion {
  readonly name: GuardedCriterion;
  readonly of: "served" | "all";
  readonly margin: number;
  /** What is bet against: half the margin, so that a loss of twice the margin is seen in half the answers. */
  readonly nullLoss: number;
  readonly unit: CriterionUnit;
  readonly level: number;
  /** Parts to bet on for a rollback, what is not known at its best; and to show that it is within, at its worst. */
  readonly beyond: readonly Part[];
  readonly within: readonly Part[];
}

export interface Guarded {
  readonly halves: Halves;
  readonly margins: Margins;
  readonly asked: AskedRungs;
}

/** What is asked of a rollout, by what its experiment is asked. */
export function guardQuestions(guarded: Guarded): readonly GuardQuestion[] {
  const rungs = rungsOf(guarded);
  const weightOf = (name: GuardedCriterion): number => (name === "likeness" ? LIKENESS_WEIGHT : 1);
  const all = rungs.reduce((sum, { name }) => sum + weightOf(name), 0);
  return [
    ...rungs.flatMap(({ name, margin }) =>
      bothHalves(guarded, { name, margin, levels: LEVELS.quality, part: weightOf(name) / all }),
    ),
    ...errors(guarded),
    ...latencies(guarded),
  ];
}

/** Likeness says that answers differ, not that they are worse: where a higher rung is asked it answers for it, as in the verdict. */
function rungsOf({ halves, margins, asked }: Guarded): readonly { name: GuardedCriterion; margin: number }[] {
  const { qualityLoss, judge } = margins;
  const higher = asked.judge || asked.ownChecks === "asking" || asked.rubric === "asking";
  const held: readonly (readonly [GuardedCriterion, number | null, boolean])[] = [
    ["checks", qualityLoss, true],
    ["own_checks", qualityLoss, (asked.ownChecks ?? null) !== null],
    ["rubric", qualityLoss, (asked.rubric ?? null) !== null],
    ["judge", judge, asked.judge],
    ["likeness", qualityLoss, halves.controlled && !higher],
  ];
  return held.flatMap(([name, margin, isAsked]) => (margin !== null && isAsked ? [{ name, margin }] : []));
}

function errors(guarded: Guarded): readonly GuardQuestion[] {
  const margin = guarded.margins.errorRate;
  return margin === null ? [] : bothHalves(guarded, { name: "errors", margin, levels: LEVELS.errors, part: 1 });
}

function latencies(guarded: Guarded): readonly GuardQuestion[] {
  if (guarded.margins.latency === null) return [];
  const { served, silent } = guarded.halves;
  const names = (["latency", "first_token"] as const).filter(
    (name) => name === "latency" || [served, silent].some((shapes) => countsOf(shapes, name).length > 0),
  );
  const part = 1 / names.length;
  return names.flatMap((name) => bothHalves(guarded, { name, margin: 0.5, levels: LEVELS.latency, part }));
}

interface Held {
  readonly name: GuardedCriterion;
  readonly margin: number;
  readonly levels: { readonly served: number; readonly all: number };
  /** Of the level, where several share it. */
  readonly part: number;
}

function bothHalves({ halves }: Guarded, { name, margin, levels, part }: Held): readonly GuardQuestion[] {
  const isSign = name === "latency" || name === "first_token";
  const common = {
    name,
    margin,
    // Signs are kept at the margin alone: that half of the answers are slower than it is the null.
    nullLoss: isSign ? margin : margin / 2,
    unit: isSign ? "share" : "points",
  } as const;
  return (["served", "all"] as const).map((of) => {
    const whole = levels[of] * part;
    // Both halves' bets are on the same control, so what is bet of chance cannot be part of one purse with them.
    const apart = name === "likeness" && of === "all";
    const level = apart ? whole * (1 - FOR_CHANCE) : whole;
    const chance =
      name === "likeness" ? chanceIn(halves.chance, whole * FOR_CHANCE, apart ? "apart" : "together") : NO_CHANCE;
    const partsOf = (criterion: UnitCriterion): readonly Part[] => [
      { counts: countsOf(halves.served, criterion), min: isSign || name === "likeness" ? 0 : -1, chance },
      ...(of === "all"
        ? [{ counts: countsOf(halves.silent, criterion), min: isSign ? 0 : -1, chance: NO_CHANCE }]
        : []),
    ];
    return { ...common, of, level, beyond: partsOf(atBest(name)), within: partsOf(name) };
  });
}

function atBest(name: GuardedCriterion): UnitCriterion {
  return name in AT_BEST ? AT_BEST[name as keyof typeof AT_BEST] : name;
}
