import type { Rollout, RolloutStatus } from "@understudy/contracts";

export interface PlannedStage {
  /** Per cent. */
  readonly share: number;
  readonly state: "passed" | "now" | "later" | "never";
  /** Epoch milliseconds at which it is expected to begin; null where nobody can tell, or it has begun. */
  readonly expected_at: number | null;
  /** Of the stage it is at: how much of its hold is over, 0 to 1. */
  readonly held: number;
}

const HOUR_MS = 3_600_000;

/** The stages as they were and as they will be, should answers go on coming as they have at this stage. */
export function planOf(rollout: Rollout, status: RolloutStatus | null, now: number): readonly PlannedStage[] {
  const { stages, stage, state, stage_at } = rollout;
  const answers = status?.stage_answers ?? 0;
  const pace = answers / Math.max(1, now - stage_at);
  const goesOn = state === "running" && rollout.automatic;
  const end = goesOn ? endOfHold(rollout, { from: stage_at, pace }) : null;
  const over = state === "rolled_back";
  let expected = end === null ? null : Math.max(end, now);
  return stages.map((share, index) => {
    if (index < stage || (index === stage && (state === "watching" || state === "done")))
      return { share, state: "passed", expected_at: null, held: 1 };
    if (index === stage)
      return {
        share,
        state: over ? "never" : "now",
        expected_at: null,
        held: over ? 0 : heldPart(rollout, answers, now),
      };
    const own = { share, state: over ? "never" : "later", expected_at: expected, held: 0 } as const;
    const grown = pace * (share / Math.max(1, stages[stage] ?? 1));
    expected = expected === null ? null : endOfHold(rollout, { from: expected, pace: grown });
    return own;
  });
}

/** When both are over, so many hours and so many answers; null where answers do not come. */
function endOfHold({ hold }: Rollout, { from, pace }: { readonly from: number; readonly pace: number }): number | null {
  if (hold.pairs > 0 && pace <= 0) return null;
  const answers = hold.pairs === 0 ? 0 : hold.pairs / pace;
  return from + Math.max(hold.hours * HOUR_MS, answers);
}

function heldPart({ hold, stage_at }: Rollout, answers: number, now: number): number {
  const hours = hold.hours === 0 ? 1 : (now - stage_at) / (hold.hours * HOUR_MS);
  const pairs = hold.pairs === 0 ? 1 : answers / hold.pairs;
  return Math.max(0, Math.min(1, hours, pairs));
}
