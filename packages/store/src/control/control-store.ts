import type {
  ControlState,
  ExperimentChange,
  ExperimentControl,
  ExperimentEvent,
  ExperimentKey,
  ExperimentSettings,
  Rollout,
  RolloutState,
} from "@understudy/contracts";

/** Who changes something, and why. */
export interface By {
  /** Alias of a key, `page`, `config.yaml` or `guard`. */
  readonly who: string;
  readonly reason: string | null;
}

/** What is to be another than it is; null sets a setting back to the config's. */
export type NewSettings = Omit<ExperimentChange, "reason">;

/** A rollout as it begins, at its first stage; the store adds when. */
export type NewRollout = Omit<Rollout, "id" | "state" | "stage" | "started_at" | "stage_at" | "ended_at" | "reason"> & {
  /** What whoever conducts it must know, and nobody else: counts at its start, guards. JSON. */
  readonly facts: RolloutFacts;
};
export type RolloutFacts = Readonly<Record<string, unknown>>;

export interface RolloutMoment {
  readonly state: RolloutState;
  readonly stage: number;
}

/** Why a change was not made. Its message names the state, and what may be done now. */
export class ControlConflictError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ControlConflictError";
  }
}

/** There is no such experiment, or rollout, among those that can be changed. */
export class UnknownControlError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UnknownControlError";
  }
}

/**
 * What can be changed while processes run. Each change is one transaction with its event; the version grows with it, and
 * those who listen are told. A change that says nothing new writes nothing.
 */
export interface ControlStore {
  /** 0 before the first change. */
  version(): Promise<number>;
  read(): Promise<ControlState>;
  /** Names the experiments of a config. One that was never named begins, by `config.yaml`; of the others nothing changes. */
  begin(named: readonly ExperimentKey[]): Promise<void>;
  /**
   * An experiment that no file names, or none any more. Rejects with `ControlConflictError` where it was added before; by then
   * it can be changed.
   */
  add(experiment: ExperimentKey & { readonly settings: ExperimentSettings }, by: By): Promise<ExperimentControl>;
  /** Rejects with `UnknownControlError`, and with `ControlConflictError` where its state does not allow the change. */
  change(id: string, change: NewSettings, by: By): Promise<ExperimentControl>;
  /** Ends what an end date is over of. Returns how many. */
  endOverdue(): Promise<number>;
  /** Rejects with `UnknownControlError`, and with `ControlConflictError` while another rollout routes one of its groups. */
  startRollout(rollout: NewRollout, by: By): Promise<Rollout>;
  /**
   * Moves a rollout on from where it is expected to be. Null where it is elsewhere by now, or there is none: of several that move it at once one
   * does. One that was rolled back never moves. To `watching` or `done`, its experiment is promoted; to `rolled_back`, that is too.
   */
  moveRollout(id: string, expected: RolloutMoment, to: Partial<RolloutMoment>, by: By): Promise<Rollout | null>;
  /** Takes a rollout back from wherever it is; one that is rolled back stays as it is. `at`: epoch milliseconds, now where not given. */
  rollBack(id: string, by: By & { readonly at?: number }): Promise<Rollout | null>;
  /** Newest first. */
  rollouts(limit: number): Promise<readonly Rollout[]>;
  rollout(id: string): Promise<Rollout | null>;
  /** Null where there is no such rollout. */
  facts(rolloutId: string): Promise<RolloutFacts | null>;
  /** Puts these beside, or in the place of, those that are kept. No change that anybody is told of. */
  keepFacts(rolloutId: string, facts: RolloutFacts): Promise<void>;
  /**
   * A place of its own for each gateway that guards a rollout, from 1 on, however often gateways come and go. Null where there is no such
   * rollout.
   */
  takePlace(rolloutId: string): Promise<number | null>;
  /** Newest first, those before an event where one is named. */
  events(
    experiment: string,
    page: { readonly limit: number; readonly before?: string },
  ): Promise<readonly ExperimentEvent[]>;
  /** Adds something that happened otherwise, such as a verdict. */
  addEvent(event: Omit<ExperimentEvent, "id" | "at">): Promise<ExperimentEvent>;
  /** Calls `onChange` after each change of anybody. Rejects when the database is away; `lost` is called once when it goes away later. */
  listen(onChange: () => void, lost: (error: Error) => void): Promise<() => void>;
}
