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
  /** Whether the webhook is told once when it is decided, as somebody asked here. */
  readonly tell_when_decided: boolean;
  /** The one that routes, or the last; null where there never was one. */
  readonly rollout: Rollout | null;
}

/** Body of `PATCH /api/experiments/:id`; what is left out stays, null goes back to the config's. The answer is its `ExperimentRun`. */
export interface ExperimentChange extends Partial<ExperimentSettings> {
  readonly state?: "running" | "paused" | "ended";
  /** Whether the config's webhook is to be told once when it is decided: promote or reject. */
  readonly tell_when_decided?: boolean;
  readonly reason?: string;
}

/** Body of `POST /api/experiments`: an experiment that no file names. The answer is its `ExperimentRun`. */
export interface ExperimentAdded extends Partial<ExperimentSettings> {
  readonly primary: string;
  readonly silent: string;
  readonly reason?: string;
}

/** One of `GET /api/groups`: a model group of the config that can be mirrored, or mirrored to. */
export interface ModelGroup {
  readonly name: string;
  /** What its deployments are called at their providers, each once, in the config's order. */
  readonly models: readonly string[];
}

/** `GET /api/webhook`: where events are posted, as far as anybody may know who reads here. */
export interface WebhookTold {
  /** Its host alone: what stands behind it may be its secret. Null where the config names no webhook. */
  readonly host: string | null;
  /** Events of all experiments that it is told of. */
  readonly events: readonly string[];
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
