import { type Clock, errorFields, type Logger } from "@understudy/runtime";
import type { BufferedJob, JobBuffer } from "./job-buffer.ts";
import { type QueueSpool, type SpooledBatch, SpoolFullError } from "../spool/spool.ts";

export interface SpillDeps {
  readonly silentModel: string;
  readonly spool: QueueSpool;
  readonly held: JobBuffer;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A disk that took nothing is left alone for so long: jobs are written out to be offered, and each that comes would do it. */
const AFTER_REFUSAL_MS = 1_000;
/** As is one that could not be read. */
const AFTER_FAILURE_MS = 5_000;
const LONG_AGO = Number.NEGATIVE_INFINITY;

/** The spool as its batch producer sees it: what goes there from memory, and what comes off it again. Its troubles are not the queue's. */
export class Spill {
  readonly #deps: SpillDeps;
  #writing: Promise<void> | null = null;
  /** By the monotonic clock, as the next. */
  #refusedAt = LONG_AGO;
  #failedAt = LONG_AGO;

  constructor(deps: SpillDeps) {
    this.#deps = deps;
  }

  /** Bytes that wait there. */
  get bytes(): number {
    return this.#deps.spool.bytes;
  }

  /** Milliseconds until jobs are offered to it again; 0 for one that has not just refused some. */
  get refusesMs(): number {
    return Math.max(0, this.#refusedAt + AFTER_REFUSAL_MS - this.#deps.clock.monotonic());
  }

  /** Milliseconds until it is read again; 0 for one that has not just failed. */
  get failsMs(): number {
    return Math.max(0, this.#failedAt + AFTER_FAILURE_MS - this.#deps.clock.monotonic());
  }

  /** Resolves when nothing is being written. */
  settled(): Promise<void> {
    return this.#writing ?? Promise.resolve();
  }

  /**
   * Moves all that waits in memory behind the first `from`; `moved` hears of each part at the moment it has left memory.
   * While others are being written it resolves with them, and moves nothing. Never rejects: what the disk does not take
   * stays in memory.
   */
  move(from: number, moved: (part: readonly BufferedJob[]) => void): Promise<void> {
    const count = this.#deps.held.count - from;
    if (count > 0 && this.refusesMs === 0) {
      this.#writing ??= this.#moveParts(from, count, moved).finally(() => (this.#writing = null));
    }
    return this.settled();
  }

  /** Offers it jobs though it has just refused some: for a process that ends. */
  hurry(): void {
    this.#refusedAt = LONG_AGO;
  }

  /** Its oldest jobs; null when there are none, or they cannot be read. */
  async oldest(): Promise<SpooledBatch | null> {
    try {
      return await this.#deps.spool.oldest();
    } catch (error) {
      this.#noteFailure(error);
      return null;
    }
  }

  /** Takes off its oldest. What cannot be taken off arrives twice, under the same ids. */
  async remove(count: number): Promise<void> {
    try {
      await this.#deps.spool.remove(count);
    } catch (error) {
      this.#noteFailure(error);
    }
  }

  /** Part by part: to write out all of it at once would hold up whatever else this process does. */
  async #moveParts(from: number, count: number, moved: (part: readonly BufferedJob[]) => void): Promise<void> {
    const { spool, held } = this.#deps;
    let part = held.batch(from).slice(0, count);
    for (let left = count; part.length > 0; part = held.batch(from).slice(0, left)) {
      for (const one of part) one.leaving = true;
      try {
        await spool.append(part.map(({ job }) => job));
      } catch (error) {
        for (const one of part) one.leaving = false;
        return this.#noteRefusal(error);
      }
      held.release(part);
      moved(part);
      left -= part.length;
    }
  }

  #noteRefusal(error: unknown): void {
    const { clock, logger, silentModel } = this.#deps;
    const now = clock.monotonic();
    // It is offered jobs again as soon as it may be, so a longer pause is a new trouble.
    if (now - this.#refusedAt > 10 * AFTER_REFUSAL_MS) {
      const fields = { silent_model: silentModel, full: error instanceof SpoolFullError, ...errorFields(error) };
      logger.warn("the spool takes no jobs; they are held in memory", fields);
    }
    this.#refusedAt = now;
  }

  #noteFailure(error: unknown): void {
    const { clock, logger, silentModel } = this.#deps;
    const now = clock.monotonic();
    if (now - this.#failedAt > 10 * AFTER_FAILURE_MS) {
      logger.warn("the spool cannot be read; what waits there is tried again", {
        silent_model: silentModel,
        ...errorFields(error),
      });
    }
    this.#failedAt = now;
  }
}
