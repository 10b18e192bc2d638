import type { Repair } from "@understudy/providers";
import type { Clock } from "@understudy/runtime";

/** For one deployment; clients write the names of parameters, and models behind a wildcard are many. */
const MOST_KEPT = 200;
const LONGEST_NAME = 100;
/** A provider learns, too. */
const KEPT_MS = 3_600_000;

/** What a deployment has refused of late, so that later calls need no refusal to be sent right. */
export class KnownRefusals {
  readonly #clock: Clock;
  /** In the order they were learnt. */
  readonly #kept = new Map<string, { readonly model: string; readonly repair: Repair; readonly until: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  remember(model: string, repairs: readonly Repair[]): void {
    const until = this.#clock.monotonic() + KEPT_MS;
    for (const repair of repairs) {
      const key = JSON.stringify([model, repair]);
      if (repair.kind === "param" && repair.param.length > LONGEST_NAME) continue;
      this.#kept.delete(key);
      this.#kept.set(key, { model, repair, until });
    }
    for (const key of this.#kept.keys()) {
      if (this.#kept.size <= MOST_KEPT) break;
      this.#kept.delete(key);
    }
  }

  known(model: string): readonly Repair[] {
    if (this.#kept.size === 0) return [];
    const now = this.#clock.monotonic();
    return [...this.#kept.values()].filter((one) => one.model === model && one.until > now).map(({ repair }) => repair);
  }
}
