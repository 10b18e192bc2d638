import type { JudgedPair, LabelEpoch } from "../labels/label.ts";
import { enterLabels } from "../labels/enter-labels.ts";
import { betsForPass } from "./labels-wealth.ts";
import { Gambler } from "./gambler.fixture.ts";

/** Only for tests: the money of both bets after each judged pair, without counting all of them again. */
export class LabelGambler {
  epochs: readonly LabelEpoch[] = [];
  readonly #margin: number;
  readonly #alone: Gambler;
  /** What a cell of the newest epoch is to a bet. */
  #gains = new Map<string, number>();
  /** A change of predictions changes what a value is to a bet, and not the money there is. */
  readonly #together: Gambler;

  constructor(margin: number) {
    this.#margin = margin;
    this.#alone = Gambler.against(margin);
    this.#together = new Gambler((gain) => gain);
  }

  add(pair: JudgedPair): void {
    const before = this.epochs.length;
    this.epochs = enterLabels(this.epochs, [pair], this.#margin);
    if (this.epochs.length > before) this.#gains.clear();
    this.#together.add(this.#gainOf(pair));
    if (typeof pair.outcome === "number") this.#alone.add(pair.outcome);
    if (pair.outcome === "missing") this.#alone.add(1);
  }

  #gainOf({ says, outcome }: JudgedPair): number {
    const key = `${says} ${outcome}`;
    const known = this.#gains.get(key);
    if (known !== undefined) return known;
    const newest = this.epochs.slice(-1).map((epoch) => ({ ...epoch, cells: [{ says, outcome, count: 1 }] }));
    const [only] = betsForPass(newest).epochs;
    const gain = (this.#margin - (only?.counts[0]?.value ?? 0)) / ((only?.max ?? 0) - this.#margin);
    this.#gains.set(key, gain);
    return gain;
  }

  /** Whether both together have so many times their money now. */
  has(times: number): boolean {
    if (0.2 * this.#alone.most() + 0.8 * this.#together.most() < times) return false;
    return this.together >= times;
  }

  get alone(): number {
    return this.#alone.money();
  }

  get together(): number {
    return 0.2 * this.#alone.money() + 0.8 * this.#together.money();
  }
}
