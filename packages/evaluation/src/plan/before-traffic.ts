import { ALPHA } from "../verdict/verdict.ts";
import { assumed, USUAL_OVERLAP, USUAL_PREFERENCE } from "./create-plan.ts";
import type { Plan, PlanAsked } from "./plan.ts";
import { byConversations, byJudge, byLikeness, whyNever } from "./requirements.ts";
import { timetableOf } from "./timetable.ts";

interface Expected {
  readonly answers: string;
  readonly rung: Plan["rung"];
  readonly floor: number;
}

/** How much answers of a kind usually differ by chance; free text has no right form, so a judge has to tell. */
const EXPECTED: readonly Expected[] = [
  { answers: "tool calls and JSON", rung: "likeness", floor: 0.02 },
  { answers: "short answers", rung: "likeness", floor: 0.1 },
  { answers: "long text, by a judge", rung: "judge", floor: 0.1 },
];

export interface BeforeTraffic {
  /** Margins of the configuration, or their defaults. */
  readonly margins: { readonly qualityLoss: number; readonly judge: number };
  readonly minimumSpanDays: number;
}

/** A plan for each kind of answer, from what is usual; for one floor only, where that is given. */
export function planBeforeTraffic(asked: PlanAsked, { margins, minimumSpanDays }: BeforeTraffic): readonly Plan[] {
  const known =
    asked.floor === undefined
      ? EXPECTED
      : [{ answers: "these answers", rung: "likeness" as const, floor: asked.floor }];
  return known.map((expected) => planOf(expected, asked, { margins, minimumSpanDays }));
}

function planOf({ answers, rung, floor: usual }: Expected, asked: PlanAsked, before: BeforeTraffic): Plan {
  const candidates = assumed(asked.candidates, null, 1);
  const loss = assumed(asked.loss, null, 0);
  const floor = assumed(asked.floor, null, usual);
  const overlap = assumed(asked.overlap, null, USUAL_OVERLAP);
  const margin = asked.margin ?? before.margins.qualityLoss;
  const alone = { turns: 1, clustering: 0 };
  const likeness = {
    chance: { floor: floor.value, overlap: overlap.value, loss: loss.value },
    unit: "points" as const,
    margin,
    alpha: ALPHA / candidates.value,
    ...alone,
  };
  const judge = { alone: USUAL_PREFERENCE, loss: loss.value, share: 1, turns: 1, alpha: likeness.alpha };
  const needed = [
    rung === "judge" ? byJudge({ ...judge, margin: before.margins.judge }) : byLikeness(likeness),
    byConversations(likeness, alone),
  ];
  const pairs_a_day = asked.pairs_a_day ?? null;
  const never = rung === "judge" ? null : whyNever(likeness);
  const timetable = timetableOf(needed, { pairs_a_day, least: before.minimumSpanDays, never });
  return {
    experiment: null,
    answers,
    rung,
    margin: rung === "judge" ? before.margins.judge : margin,
    unit: "points",
    floor,
    overlap,
    loss,
    candidates,
    turns: 1,
    ...timetable,
    usd: null,
    more: { pairs: timetable.pairs?.expected ?? null, days: timetable.days?.expected ?? null },
  };
}
