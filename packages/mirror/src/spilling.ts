import { type Clock, errorFields, type Logger } from "@understudy/runtime";
import type { Held, HeldJobs } from "./held-jobs.ts";
import { type LaneSpool, SpoolFullError } from "./spool/lane-spool.ts";

export interface SpillingDeps {
  readonly silentModel: string;
  readonly spool: LaneSpool;
  readonly held: HeldJobs;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A disk that took nothing is left alone for so long: jobs are written out to be offered, and each that comes would do it. */
export const AFTER_REFUSAL_MS = 1_000;

/** The way of one silent model's jobs from memory to the disk. What the disk does not take stays in memory. */
export class Spilling {
  readonly #deps: SpillingDeps;
  #writing: Promise<void> | null = null;
  #refuses = false;
  /** Until then nothing is offered to the spool, by the monotonic clock. */
  #restUntil = Number.NEGATIVE_INFINITY;

  constructor(deps: SpillingDeps) {
    this.#deps = deps;
  }

  /** The disk took nothing when it was last asked. */
  get refuses(): boolean {
    return this.#refuses;
  }

  /** Resolves when nothing is being written. */
  settled(): Promise<void> {
    return this.#writing ?? Promise.resolve();
  }

  /**
   * Moves all that waits behind the first `from`; `moved` hears of each part at the moment it has left memory. While
   * others are being written it resolves with them, and moves nothing. Never rejects.
   */
  move(from: number, moved: (part: readonly Held[]) => void): Promise<void> {
    const count = this.#deps.held.count - from;
    if (count > 0) this.#writing ??= this.#moveParts(from, count, moved).finally(() => (this.#writing = null));
    return this.settled();
  }

  /** Not to be held up by a disk that has just refused: for a process that ends. */
  hurry(): void {
    this.#restUntil = Number.NEGATIVE_INFINITY;
  }

  /** Part by part: to write out all of it at once would hold up whatever else this process does. */
  async #moveParts(from: number, count: number, moved: (part: readonly Held[]) => void): Promise<void> {
    const { spool, held, clock } = this.#deps;
    if (clock.monotonic() < this.#restUntil) return;
    let part = held.batch(from).slice(0, count);
    for (let left = count; part.length > 0; part = held.batch(from).slice(0, left)) {
      for (const one of part) one.leaving = true;
      try {
        await spool.append(part.map(({ job }) => job));
      } catch (error) {
        for (const one of part) one.leaving = false;
        return this.#noteRefusal(error);
      }
      this.#refuses = false;
      held.release(part);
      moved(part);
      left -= part.length;
    }
  }

  #noteRefusal(error: unknown): void {
    const { clock, logger, silentModel } = this.#deps;
    this.#restUntil = clock.monotonic() + AFTER_REFUSAL_MS;
    if (!this.#refuses) {
      const fields = { silent_model: silentModel, full: error instanceof SpoolFullError, ...errorFields(error) };
      logger.warn("the spool takes no jobs; they are held in memory", fields);
    }
    this.#refuses = true;
  }
}
