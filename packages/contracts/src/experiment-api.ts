import type { ExperimentSettings, ExperimentState, Rollout, StickyBy } from "./control.ts";
import type { RolloutStatus } from "./guards.ts";

/** How an experiment runs now: part of each experiment of `GET /api/experiments` and `GET /api/experiments/:id`. */
export interface ExperimentRun {
  readonly state: ExperimentState;
  /** As they hold now. */
  readonly settings: ExperimentSettings;
  /** As the config has them, which a change to null goes back to. */
  readonly configured: ExperimentSettings;
  /** Those that were changed while it ran. */
  readonly changed: readonly (keyof ExperimentSettings)[];
  /** The one that routes, or the last; null where there never was one. */
  readonly rollout: Rollout | null;
}

/** Body of `PATCH /api/experiments/:id`; what is left out stays, null goes back to the config's. The answer is its `ExperimentRun`. */
export interface ExperimentChange extends Partial<ExperimentSettings> {
  readonly state?: "running" | "paused" | "ended";
  readonly reason?: string;
}

/** Body of `POST /api/experiments/:id/rollout`; what is left out is as by default. The answer is the `Rollout`. */
export interface RolloutAsked {
  readonly stages?: readonly number[];
  readonly sticky?: StickyBy;
  readonly hold?: { readonly pairs?: number; readonly hours?: number };
  readonly automatic?: boolean;
  readonly fallback?: boolean;
  /** Milliseconds. */
  readonly watch_ms?: number;
  /** Though the verdict is not promote; needs a reason. */
  readonly force?: boolean;
  readonly reason?: string;
}

/** What can be done to a rollout: `POST /api/rollouts/:id/<action>` with `{ reason? }`. The answer is the `Rollout`. */
export const ROLLOUT_ACTIONS = ["advance", "pause", "resume", "rollback"] as const;
export type RolloutAction = (typeof ROLLOUT_ACTIONS)[number];

/** `GET /api/rollouts/:id`. */
export interface RolloutDetail extends Rollout {
  /** Null until somebody has looked at its guards. */
  readonly status: RolloutStatus | null;
}
