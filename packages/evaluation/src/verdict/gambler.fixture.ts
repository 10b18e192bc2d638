import { BETS, logOfMixture } from "../statistics/e-process.ts";

/** Park and Miller's generator: the same experiments in every run. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** Only for tests: the money of the forty bets after each value, without counting all of them again. */
export class Gambler {
  readonly #logs = BETS.map(() => 0);
  readonly #factors = new Map<number, readonly number[]>();
  readonly #gain: (value: number) => number;

  /** `gain`: what a value is to a bet, from -1 on. */
  constructor(gain: (value: number) => number) {
    this.#gain = gain;
  }

  /** That the mean is below `margin`, of values up to `max`. */
  static against(margin: number, max = 1): Gambler {
    return new Gambler((value) => (margin - value) / (max - margin));
  }

  /** That it is above, of values from `min`. */
  static for(margin: number, min = -1): Gambler {
    return new Gambler((value) => (value - margin) / (margin - min));
  }

  add(value: number): void {
    let factors = this.#factors.get(value);
    if (factors === undefined) {
      factors = BETS.map(({ share }) => Math.log1p(share * this.#gain(value)));
      if (this.#factors.size < 1_000) this.#factors.set(value, factors);
    }
    for (const [index, factor] of factors.entries()) this.#logs[index] = (this.#logs[index] ?? 0) + factor;
  }

  /** What has become of its 1. */
  money(): number {
    return Math.exp(logOfMixture(this.#logs));
  }

  /** What has become of the best of the forty bets: it has no more than this. */
  most(): number {
    return Math.exp(Math.max(...this.#logs));
  }

  /** Whether it has ever so many times its money now. */
  has(times: number): boolean {
    // Most of the time not even the best of the forty has as much.
    return Math.max(...this.#logs) >= Math.log(times) && logOfMixture(this.#logs) >= Math.log(times);
  }
}

/** How many of these experiments end so. */
export function shareOf(runs: number, experiment: (run: number) => boolean): number {
  let count = 0;
  for (let run = 0; run < runs; run += 1) if (experiment(run)) count += 1;
  return count / runs;
}

export function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
