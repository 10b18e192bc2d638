import type { ExperimentKey } from "./account.ts";

/**
 * What an experiment does. `running`: requests are mirrored. `paused` and `ended`: none is, and only a paused one is meant to go
 * on. `promoted`: a rollout gave all requests to the candidate. `rolled_back`: one was taken back, and mirroring goes on.
 */
export const EXPERIMENT_STATES = ["running", "paused", "ended", "promoted", "rolled_back"] as const;
export type ExperimentState = (typeof EXPERIMENT_STATES)[number];

/** What can be changed while it runs; null: as the config has it. */
export interface ExperimentSettings {
  /** Share of the requests that are mirrored, 0 to 1. */
  readonly sample_rate: number | null;
  /** Epoch milliseconds after which no request is mirrored; the state is then `ended`. */
  readonly ends_at: number | null;
  /** USD for the calls of its silent model on one UTC day. Of several experiments with one silent model the least counts. */
  readonly max_usd_per_day: number | null;
  /** Calls of its silent model at once, in each worker. Of several experiments with one silent model the least counts. */
  readonly concurrency: number | null;
}

export const NO_SETTINGS: ExperimentSettings = {
  sample_rate: null,
  ends_at: null,
  max_usd_per_day: null,
  concurrency: null,
};

/** An experiment as it runs: the config is its beginning, what was changed since wins. */
export interface ExperimentControl extends ExperimentKey {
  readonly state: ExperimentState;
  readonly settings: ExperimentSettings;
  /** Where it was named: in the config's file, or by `POST /api/experiments`. */
  readonly named_by: "config" | "api";
  /** Whether somebody waits for its decision, of which the webhook is told once; absent: nobody. */
  readonly tell_when_decided?: boolean;
}

export const ROLLOUT_STATES = ["running", "held", "watching", "done", "rolled_back"] as const;
/**
 * `running`: stage after stage. `held`: it stays at its stage until somebody goes on. `watching`: the candidate answers all, and the
 * old primary still shadows it. `done`: the same without the shadow. `rolled_back`: the old primary answers all again.
 */
export type RolloutState = (typeof ROLLOUT_STATES)[number];

/** What keeps requests of one client on one side: its session or its user, where it names one, or else the request's id. */
export const STICKY_BY = ["session", "user", "request"] as const;
export type StickyBy = (typeof STICKY_BY)[number];

/** A hand-over from one model group to another, by stages. */
export interface Rollout {
  readonly id: string;
  readonly experiment: string;
  /** Model group that clients name, and that answered before. */
  readonly primary: string;
  /** Model group that takes over. */
  readonly silent: string;
  readonly state: RolloutState;
  /** Per cent of the sticky keys, ascending; the last is 100. */
  readonly stages: readonly number[];
  /** Index of the stage it is at. */
  readonly stage: number;
  readonly sticky: StickyBy;
  /** What a stage takes before the next: answers of the candidate, and hours. */
  readonly hold: { readonly pairs: number; readonly hours: number };
  /** Whether it goes on by itself when a stage is over and its guards hold. */
  readonly automatic: boolean;
  /** Whether a failed call of the candidate may be answered by the old primary within the same request. */
  readonly fallback: boolean;
  /** Milliseconds for which the old primary shadows the candidate once that answers all. */
  readonly watch_ms: number;
  /** Started though the verdict did not say promote. */
  readonly forced: boolean;
  /** What the old primary did before it began, which the gateways' own guards compare with; null where nobody knows. */
  readonly baseline: { readonly error_rate: number | null; readonly first_token_p95_ms: number | null };
  /** Epoch milliseconds: of its start, of its stage's start, and of its end, null while it has none. */
  readonly started_at: number;
  readonly stage_at: number;
  readonly ended_at: number | null;
  /** Why it is in its state, where somebody or something said so. */
  readonly reason: string | null;
}

/** Per cent of the sticky keys that the candidate answers now. */
export function shareOf({ state, stages, stage }: Pick<Rollout, "state" | "stages" | "stage">): number {
  return state === "rolled_back" ? 0 : (stages[stage] ?? 0);
}

/** All that gateways and workers follow while they run. */
export interface ControlState {
  /** Grows with each change. */
  readonly version: number;
  readonly experiments: readonly ExperimentControl[];
  /** Those that route, and the last of each experiment. */
  readonly rollouts: readonly Rollout[];
}

export const NO_CONTROL: ControlState = { version: 0, experiments: [], rollouts: [] };

export const EVENT_KINDS = [
  "started",
  "changed",
  "paused",
  "resumed",
  "ended",
  "verdict",
  "rollout_started",
  "advanced",
  "held",
  "released",
  "rolled_back",
  "promoted",
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** Something that happened to an experiment, as `GET /api/experiments/:id/events` answers it, newest first. */
export interface ExperimentEvent {
  readonly id: string;
  readonly experiment: string;
  /** Null where it is not a rollout's. */
  readonly rollout: string | null;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Alias of the key, `page` for a signed-in session, `config.yaml`, or `guard` for what happened by itself. */
  readonly who: string;
  readonly kind: EventKind;
  /** What it was and what it became, by name: `{ "sample_rate": [0.1, 0.05] }`, `{ "share": [5, 25] }`. */
  readonly changes: Readonly<Record<string, readonly [before: unknown, after: unknown]>>;
  readonly reason: string | null;
}
