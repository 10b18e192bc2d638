import type { CriterionName, CriterionUnit } from "./verdict.ts";

/** The gateways' own guards, of answers that clients got: they roll back without asking anybody. */
export const OWN_GUARDS = ["failed_answers", "first_byte"] as const;
export type OwnGuard = (typeof OWN_GUARDS)[number];

/** What guards a rollout: a criterion over the pairs of both halves, or what the gateways see themselves. */
export interface GuardStatus {
  readonly name: CriterionName | OwnGuard;
  /** `served`: of what the candidate answered clients. `all`: of what it answered silently too. */
  readonly of: "served" | "all";
  /** `holds`: shown to be within the margin. `open`: not shown yet. `beyond`: shown to be worse; the rollout is rolled back. */
  readonly state: "holds" | "open" | "beyond";
  /** So far, with bounds that hold at any time one looks; null where there are no figures yet. */
  readonly now: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly margin: number;
  readonly unit: CriterionUnit;
  /** Conversations, or answers, since the rollout began. */
  readonly units: number;
  /** A sentence: under which condition it rolls back, or holds where it can do no more. */
  readonly rolls_back_when: string;
}

export const GUARD_ACTIONS = ["go_on", "hold", "advance", "roll_back"] as const;
export type GuardAction = (typeof GUARD_ACTIONS)[number];

/** A rollout as its guards see it; part of `GET /api/rollouts/:id`. */
export interface RolloutStatus {
  readonly guards: readonly GuardStatus[];
  readonly action: GuardAction;
  /** One sentence: why. */
  readonly reason: string;
  /** Answers of the candidate that clients got and whose pairs have entered: since the rollout began, and at this stage. */
  readonly answers: number;
  readonly stage_answers: number;
  /** Epoch milliseconds before which it does not advance; null where hours are not waited for. */
  readonly not_before: number | null;
  /** Epoch milliseconds. */
  readonly looked_at: number;
}
