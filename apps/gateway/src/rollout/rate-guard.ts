import { BETS } from "@understudy/evaluation";

/** What is watched: at most so large a share of the answers may be bad. */
export interface RateLimit {
  /** Share up to which nothing is done: above 0, below 1. */
  readonly most: number;
  /** Chance that a candidate which keeps to it is ever found beyond it. */
  readonly level: number;
}

export interface RateCounts {
  readonly answers: number;
  readonly bad: number;
}

/**
 * Finds that more answers are bad than may be: a gambler who bets on it (as the verdict's do, `BETS`). Looked at after each answer its
 * money is ever `1 / level` times what it began with in at most `level` of all histories, whatever their order.
 */
export class RateGuard {
  /** Its level may become another one: what was counted stays. */
  limit: RateLimit;
  #answers = 0;
  #bad = 0;

  constructor(limit: RateLimit) {
    this.limit = limit;
  }

  get counts(): RateCounts {
    return { answers: this.#answers, bad: this.#bad };
  }

  /** Whether the limit is shown to be broken now. */
  add(isBad: boolean): boolean {
    this.#answers += 1;
    if (!isBad) return false;
    this.#bad += 1;
    return this.#money() >= 1 / this.limit.level;
  }

  #money(): number {
    const { most } = this.limit;
    const good = this.#answers - this.#bad;
    return BETS.reduce((sum, { share, money }) => {
      const gain = this.#bad * Math.log1p((share * (1 - most)) / most) + good * Math.log1p(-share);
      return sum + money * Math.exp(gain);
    }, 0);
  }
}
