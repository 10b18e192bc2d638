import type { Margins } from "@understudy/config";
import type { CriterionName } from "@understudy/contracts";
import type { VerdictEvidence } from "../evidence.ts";
import { costCriterion } from "./cost-criterion.ts";
import { type CriterionFacts, describeCriterion } from "./describe-criterion.ts";
import { type Headroom, headrooms } from "./headroom.ts";
import type { Kept } from "./kept.ts";
import { labelsCriterion } from "./labels-criterion.ts";
import { latencyCriterion } from "./latency-criterion.ts";
import { likenessCriterion } from "./likeness-criterion.ts";
import { type Levels, measuredMean, NOTHING } from "./measured.ts";
import { shownKept } from "./relative-likeness.ts";
import { type AskedOwnChecks, ownChecksCriterion } from "./own-checks-criterion.ts";
import type { UnitCriterion } from "../units/unit.ts";
import { ALPHA, type Criterion } from "./verdict.ts";

/** What is asked about quality beyond what can be told without a judge. */
export interface AskedRungs {
  readonly judge: boolean;
  /** Whether likeness is held to a share of what can agree, instead of to points. */
  readonly relative?: boolean;
  /** Absent: none. */
  readonly ownChecks?: AskedOwnChecks;
  /** Whether people are asked about some of what the judge has judged. */
  readonly labels: boolean;
  /** Rubrics that the judge grades by; absent: none. */
  readonly rubric?: AskedOwnChecks;
}

export interface Question {
  readonly evidence: VerdictEvidence;
  readonly margins: Margins;
  readonly asked: AskedRungs;
  /** Candidates ever declared for the primary group: they share the level. */
  readonly candidates: number;
}

export interface AnsweredCriteria {
  readonly criteria: readonly Criterion[];
  readonly headroom: readonly Headroom[];
  readonly kept: Kept | null;
  readonly levels: Levels;
  /** Whether tool calls and JSON alone are shown to differ beyond the margin: there, different is wrong. */
  readonly exactDiffers: boolean;
}

/** Rungs above likeness: they say whether an answer is worse, and not only that it is another. */
export const HIGHER_RUNGS = ["own_checks", "rubric", "judge", "labels"] as const satisfies readonly CriterionName[];

/** Whether it is one of them. Own checks that only forbid speak for no share of the traffic, and answer for nothing. */
export function isHigherRung({ name, share }: Pick<Criterion, "name" | "share">): boolean {
  return share !== 0 && HIGHER_RUNGS.some((rung) => rung === name);
}

/**
 * Each margin's question, answered from the evidence so far. To promote, all must pass, so each has the whole level
 * (Berger 1982); any that fails rejects, so they share it. Candidates of one group share both.
 */
export function answerCriteria(question: Question): AnsweredCriteria {
  const { evidence, margins, asked } = question;
  const levels = levelsOf(question);
  const { shapes, controlled } = evidence.units;
  const { relative = false } = asked;
  const margin = margins.qualityLoss;
  const headroom = margin === null || !controlled || relative ? [] : headrooms(shapes, { margin, alpha: levels.pass });
  const likeness = likenessCriterion({ evidence, margin, levels, headroom, relative });
  const mean = (facts: MeanFacts): Criterion => meanCriterion(facts, question, levels);
  return {
    criteria: [
      mean({ name: "checks", margin: margins.qualityLoss, what: "answers that fail a check the primary passes" }),
      ownChecksCriterion({ name: "own_checks", evidence, margin, levels, asked: asked.ownChecks ?? null }),
      ownChecksCriterion({ name: "rubric", evidence, margin, levels, asked: asked.rubric ?? null }),
      mean({
        name: "judge",
        margin: asked.judge ? margins.judge : null,
        what: "answers that the judge prefers the primary's to, net",
        failCriterion: "judge_low",
      }),
      labelsCriterion(evidence.labels, asked.labels ? margins.judge : null, levels),
      likeness.criterion,
      mean({ name: "errors", margin: margins.errorRate, what: "failed calls beyond the primary's" }),
      latencyCriterion("latency", { evidence, margins, levels }),
      latencyCriterion("first_token", { evidence, margins, levels }),
      costCriterion({ evidence, margin: margins.cost, levels }),
    ],
    headroom,
    kept: margin === null ? null : shownKept({ shapes, margin, levels }, { controlled, decides: relative }),
    levels,
    exactDiffers: likeness.exactDiffers,
  };
}

/** Each of the criteria that are asked for may reject wrongly, so each has its part of the level. */
function levelsOf({ margins, asked, candidates }: Question): Levels {
  const { qualityLoss, judge, errorRate, latency, cost } = margins;
  // Checks and likeness have one margin, and so have the whole answer's latency and that of its first token.
  const own = [asked.ownChecks, asked.rubric].map((one) => ((one ?? null) === null ? null : qualityLoss));
  const preferences = [asked.judge ? judge : null, asked.labels ? judge : null];
  const each = [qualityLoss, qualityLoss, ...own, ...preferences, errorRate, latency, latency, cost];
  const count = each.filter((margin) => margin !== null).length;
  const most = Math.max(1, candidates);
  return { pass: ALPHA / most, fail: ALPHA / (Math.max(1, count) * most) };
}

interface MeanFacts {
  readonly name: "checks" | "judge" | "errors";
  readonly margin: number | null;
  readonly what: string;
  readonly failCriterion?: UnitCriterion;
}

function meanCriterion(
  { name, margin, what, failCriterion }: MeanFacts,
  { evidence }: Question,
  levels: Levels,
): Criterion {
  const { shapes } = evidence.units;
  const measured =
    margin === null
      ? NOTHING
      : measuredMean(shapes, {
          criterion: name,
          margin,
          levels,
          ...(failCriterion === undefined ? {} : { failCriterion }),
        });
  const facts: CriterionFacts = { name, what, unit: "points", margin, share: measured.pairs === 0 ? null : 1 };
  return describeCriterion(facts, measured, margin === null ? "off" : measured.decidedAt(1));
}
