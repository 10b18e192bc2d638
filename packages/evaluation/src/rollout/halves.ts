import type { Block, Shape, UnitEvidence } from "../units/shapes.ts";
import type { UnitCriterion } from "../units/unit.ts";

/** What one of a rollout's two experiments says: the one it hands over, or its reverse. */
export interface Half {
  readonly units: Pick<UnitEvidence, "shapes" | "blocks" | "controlled">;
  /** Its shapes when the rollout began; empty where it had none. */
  readonly base: readonly Shape[];
}

/** Both, seen from the candidate: what is above 0 is the candidate's loss, whoever answered the client. */
export interface Halves {
  /** What it answered silently, since the rollout began. */
  readonly silent: readonly Shape[];
  /** What it answered clients. */
  readonly served: readonly Shape[];
  /** Of what it answered clients, in the order in which conversations began. */
  readonly blocks: readonly Block[];
  /** Likeness and its control over all the time of the experiment, which tells how much differs by chance. */
  readonly chance: readonly Shape[];
  readonly controlled: boolean;
}

/**
 * Criteria that say who is worse, with what stands for the other way round in the reverse experiment: a value that is not
 * known is taken at its worst for its silent side, which is the old primary there, and so at its best for the candidate.
 */
const OTHER_WAY: Partial<Record<UnitCriterion, UnitCriterion>> = {
  checks: "checks",
  errors: "errors",
  own_checks: "own_checks_low",
  own_checks_low: "own_checks",
  judge: "judge_low",
  judge_low: "judge",
  rubric: "rubric_low",
  rubric_low: "rubric",
};

/** Signs of the reverse experiment are of the old primary over the candidate, at one over the margin. */
const SIGNS: readonly UnitCriterion[] = ["latency", "first_token"];

export function halvesOf(forward: Half, reverse: Half, since: number): Halves {
  return {
    silent: sinceBase(forward),
    served: seenFromCandidate(sinceBase(reverse)),
    blocks: reverse.units.blocks
      .filter(({ from }) => from >= since)
      .map((block) => ({ ...block, shapes: seenFromCandidate(block.shapes) })),
    chance: ofAllTurns(forward.units.shapes),
    controlled: forward.units.controlled,
  };
}

/** That two answers differ says nothing of who is worse: likeness stays as it is. */
function seenFromCandidate(shapes: readonly Shape[]): readonly Shape[] {
  return shapes.map((shape) => {
    const other = OTHER_WAY[shape.criterion];
    if (other !== undefined) return { ...shape, criterion: other, sum: -shape.sum, control: 0 };
    return SIGNS.includes(shape.criterion) ? { ...shape, sum: shape.turns - shape.sum } : shape;
  });
}

/** What came since the base: counts now less the counts of then. */
function sinceBase({ units, base }: Half): readonly Shape[] {
  const before = new Map(base.map((shape) => [keyOf(shape), shape.count]));
  return ofAllTurns(units.shapes).flatMap((shape) => {
    const count = shape.count - (before.get(keyOf(shape)) ?? 0);
    return count > 0 ? [{ ...shape, count }] : [];
  });
}

/** What guards are computed from, and what of an experiment is kept when a rollout begins. */
export function ofAllTurns(shapes: readonly Shape[]): readonly Shape[] {
  return shapes.filter(({ kind, criterion }) => kind === "" && criterion !== "kind");
}

function keyOf({ criterion, turns, sum, control }: Shape): string {
  return `${criterion} ${turns} ${sum} ${control}`;
}
