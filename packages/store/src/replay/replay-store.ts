import type { AdmittedMirror, ExperimentKey, PairOutcome } from "@understudy/contracts";

export interface ReplayState {
  /** The pair's. */
  readonly id: string;
  /** Null while it has none. */
  readonly outcome: PairOutcome | null;
  /** Of the silent call; null where it was not made, or its price is not known. */
  readonly cost_usd: number | null;
}

/** A stored request that is about to be sent to another silent model. */
export interface ReplayClaim extends Omit<AdmittedMirror, "experiment"> {
  /** What it will cost, as far as that can be told. */
  readonly estimate_usd: number | null;
}

/** USD over all that was ever claimed for a replay. */
export interface ReplaySpend {
  readonly spent_usd: number;
  /** What those had been estimated at whose cost is known by now. */
  readonly settled_estimate_usd: number;
  /** Estimates of those that have no outcome yet. */
  readonly pending_estimate_usd: number;
}

/** Stored requests that are sent to another silent model. */
export interface ReplayStore {
  /** Of these pair ids, those that `claimReplays` was called with. */
  read(ids: readonly string[]): Promise<readonly ReplayState[]>;
  /** Admits each claim, once however often it is made. */
  claim(claims: readonly ReplayClaim[], key: ExperimentKey): Promise<void>;
  spend(experiment: string): Promise<ReplaySpend>;
}
