import type { ReplaySpend } from "@understudy/store";

export interface Estimated {
  readonly estimateUsd: number | null;
  /** By an earlier run, which did not see it end: its estimate is among the pending ones already. */
  readonly claimed: boolean;
}

/** What a replay has cost, what it may still cost, and whether another request fits into its cap. */
export class Budget {
  readonly #cap: number;
  #spent: number;
  #settledEstimate: number;
  #pendingEstimate: number;
  #estimated: number | null = 0;

  /** `earlier` is what the store knows of earlier runs; a cap of null is none. */
  constructor(cap: number | null, earlier: ReplaySpend) {
    this.#cap = cap ?? Number.POSITIVE_INFINITY;
    this.#spent = earlier.spent_usd;
    this.#settledEstimate = earlier.settled_estimate_usd;
    this.#pendingEstimate = earlier.pending_estimate_usd;
  }

  get spentUsd(): number {
    return this.#spent;
  }

  /** Of what this run sent; null where a price is not known. */
  get estimatedUsd(): number | null {
    return this.#estimated;
  }

  /** Those at the front that fit in together. */
  affordable<T extends Estimated>(requests: readonly T[]): readonly T[] {
    let estimate = this.#pendingEstimate;
    const end = requests.findIndex(({ estimateUsd, claimed }) => {
      estimate += claimed ? 0 : (estimateUsd ?? 0);
      return this.#spent + estimate * this.#dearerThanThought() > this.#cap;
    });
    return end === -1 ? requests : requests.slice(0, end);
  }

  sent({ estimateUsd, claimed }: Estimated): void {
    this.#estimated = estimateUsd === null || this.#estimated === null ? null : this.#estimated + estimateUsd;
    this.#pendingEstimate += claimed ? 0 : (estimateUsd ?? 0);
  }

  /** A cost that stays unknown counts as estimated where the call was answered, and as nothing where it failed. */
  settled(estimateUsd: number | null, costUsd: number | null, answered: boolean): void {
    this.#pendingEstimate = Math.max(0, this.#pendingEstimate - (estimateUsd ?? 0));
    this.#spent += costUsd ?? (answered ? (estimateUsd ?? 0) : 0);
    if (costUsd !== null) this.#settledEstimate += estimateUsd ?? 0;
  }

  /** A candidate that says more than the primary did makes all estimates dearer; one that says less, none cheaper. */
  #dearerThanThought(): number {
    return this.#settledEstimate > 0 ? Math.max(1, this.#spent / this.#settledEstimate) : 1;
  }
}
