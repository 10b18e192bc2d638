import { type Clock, errorFields, type Logger } from "@understudy/runtime";
import type { DispatchEvents } from "./dispatcher.ts";
import { type Held, HeldJobs } from "./held-jobs.ts";
import type { MirrorJob } from "./mirror-job.ts";
import type { MirrorProducer } from "./queues.ts";
import { isShed } from "./shed.ts";
import { type LaneSpool, SpoolFullError } from "./spool/lane-spool.ts";

export interface LaneLimits {
  /** Jobs that may wait in this process's memory, per silent model. */
  readonly maxBufferedJobs: number;
  /** Bytes of requests and answers that may wait there, per silent model. */
  readonly maxBufferedBytes: number;
  /** Jobs that may wait on the queue. */
  readonly maxQueueLength: number;
}

export interface LaneDeps {
  readonly silentModel: string;
  readonly producer: MirrorProducer;
  /** Where jobs go that the queue does not take; null keeps them in memory. */
  readonly spool: LaneSpool | null;
  readonly limits: LaneLimits;
  readonly events: DispatchEvents;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Long enough to gather a batch under load, short enough to lose little when the process is killed. */
const GATHER_MS = 5;
/** A queue that has not answered for so long may be away: what waits for it in memory goes to the disk. */
const PATIENCE_MS = 100;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;
const DEPTH_EVERY_MS = 1_000;
const LAST_TRY_MS = 500;
/** A disk that took nothing is left alone for so long: jobs are written out to be offered, and each that comes would do it. */
const AFTER_REFUSAL_MS = 1_000;

/**
 * The way of one silent model's jobs to its queue: gathers them and adds them in batches. While the queue is away they
 * go to the spool, and from there, oldest first, to the queue once it is back.
 */
export class Lane {
  readonly #deps: LaneDeps;
  readonly #held = new HeldJobs();
  #handing: Promise<void> | null = null;
  #spilling: Promise<void> | null = null;
  /** Jobs at the front of memory that are being added now. */
  #adding = 0;
  /** The jobs that are being added went to the spool meanwhile; they are its oldest. */
  #addingSpilled = false;
  #failures = 0;
  #slow = false;
  #spoolRefuses = false;
  /** Until then nothing is offered to the spool, by the monotonic clock. */
  #restUntil = Number.NEGATIVE_INFINITY;
  #depth = 0;
  #depthAt = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | null = null;
  #spillTimed = false;
  #closed = false;

  constructor(deps: LaneDeps) {
    this.#deps = deps;
  }

  /** Jobs in memory. */
  get held(): number {
    return this.#held.count;
  }

  /** Takes up what an earlier process left on the disk. */
  start(): void {
    if (this.#spooled > 0) this.#handOverAfter(0);
  }

  take(job: MirrorJob): void {
    const { limits, events } = this.#deps;
    if (this.#closed) return events.dropped(job, "shutdown");
    if (isShed(job.request_id, this.#depth + this.#held.count, limits.maxQueueLength)) {
      this.#lookAtDepth();
      return events.dropped(job, "queue_full");
    }
    if (!this.#held.fits(job, limits)) return events.dropped(job, this.#whyNoRoom());
    this.#held.push(job);
    if (this.#away && this.#deps.spool !== null) this.#spillSoon();
    else this.#handOverAfter(GATHER_MS);
  }

  /** Resolves when nothing waits, however long the queue stays away; or, after one more try, once `signal` aborts. */
  async flushed(signal?: AbortSignal): Promise<void> {
    while (this.#held.count > 0 || this.#spooled > 0) {
      await this.#handOver();
      if (signal?.aborted === true) return;
      if (this.#failures > 0) await this.#deps.clock.sleep(FIRST_WAIT_MS, signal).catch(() => undefined);
    }
  }

  /**
   * Takes nothing more, and hands over what waits until the deadline; then it stays in the spool, where there is one. A
   * queue that then does not answer has a moment left: the deadline may have gone by while others stopped.
   */
  async close(deadline: AbortSignal): Promise<void> {
    const { clock, events } = this.#deps;
    this.#closed = true;
    this.#cancelTimer?.();
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const giveUp = (): void => void clock.after(LAST_TRY_MS, resolve);
    if (deadline.aborted) giveUp();
    else deadline.addEventListener("abort", giveUp, { once: true });
    await Promise.race([this.#handOverHeld(deadline), late]);
    deadline.removeEventListener("abort", giveUp);
    await this.#spill();
    const [unknown, unsent] = partition(this.#held.release(this.#held.count));
    for (const { job } of unsent) events.dropped(job, "shutdown");
    for (const { job } of unknown) events.unresolved?.(job);
    if (unknown.length === 0) return;
    // To count them as dropped would be wrong of those that did arrive. The reconciler finds the others.
    const fields = { silent_model: this.#deps.silentModel, jobs: unknown.length };
    this.#deps.logger.warn("jobs were sent to the queue, and whether they arrived is not known", fields);
  }

  /** Until nothing waits in memory, or, after one more try, `signal` aborts. */
  async #handOverHeld(signal: AbortSignal): Promise<void> {
    while (this.#held.count > 0) {
      if (this.#away) await this.#spill();
      if (this.#held.count > 0) await this.#handOver();
      if (signal.aborted) return;
      if (this.#failures > 0) await this.#deps.clock.sleep(FIRST_WAIT_MS, signal).catch(() => undefined);
    }
  }

  get #spooled(): number {
    return this.#deps.spool?.bytes ?? 0;
  }

  #whyNoRoom(): "spool_full" | "queue_unavailable" | "buffer_full" {
    if (this.#spoolRefuses) return "spool_full";
    return this.#away ? "queue_unavailable" : "buffer_full";
  }

  /** New jobs go to the disk: the queue does not take them, or older ones wait there still. */
  get #away(): boolean {
    return this.#failures > 0 || this.#slow || this.#spooled > 0;
  }

  #handOverAfter(ms: number): void {
    // While a batch is under way the next one follows it anyway.
    if (this.#cancelTimer !== null || this.#handing !== null) return;
    this.#cancelTimer = this.#deps.clock.after(ms, () => {
      this.#cancelTimer = null;
      void this.#handOver();
    });
  }

  #spillSoon(): void {
    if (this.#spillTimed) return;
    this.#spillTimed = true;
    this.#deps.clock.after(this.#spoolRefuses ? AFTER_REFUSAL_MS : GATHER_MS, () => void this.#spillOn());
  }

  async #spillOn(): Promise<void> {
    this.#spillTimed = false;
    await this.#spill();
    // What came while the others were being written is still in memory, and nothing else may come to fetch it.
    if (this.#away && this.#held.count > 0 && !this.#closed) this.#spillSoon();
    // What the disk does not take has to go the other way.
    this.#handOverAfter(this.#waitMs());
  }

  /** One at a time; never rejects. */
  #handOver(): Promise<void> {
    this.#handing ??= this.#addAll().finally(() => {
      this.#handing = null;
      if ((this.#held.count > 0 || this.#spooled > 0) && !this.#closed) this.#handOverAfter(this.#waitMs());
    });
    return this.#handing;
  }

  async #addAll(): Promise<void> {
    for (;;) {
      // A batch under way and one that is being written to the disk must not be told apart wrongly.
      await this.#spilling;
      const added = this.#spooled > 0 ? await this.#addSpooled() : await this.#addHeld();
      if (!added || (this.#closed && this.#held.count === 0)) break;
    }
    this.#lookAtDepth();
  }

  /** Whether there was a batch, and it arrived. */
  async #addHeld(): Promise<boolean> {
    const batch = this.#held.batch();
    if (batch.length === 0) return false;
    [this.#adding, this.#addingSpilled] = [batch.length, false];
    for (const held of batch) held.tried = true;
    const arrived = await this.#add(batch.map(({ job }) => job));
    await this.#spilling;
    const spilled = this.#addingSpilled;
    [this.#adding, this.#addingSpilled] = [0, false];
    if (!arrived) await this.#spill();
    else if (spilled) await this.#removeSpooled(batch.length);
    else this.#held.release(batch.length);
    return arrived;
  }

  async #addSpooled(): Promise<boolean> {
    try {
      if (this.#depth >= this.#deps.limits.maxQueueLength) return false;
      const batch = await this.#deps.spool?.oldest();
      if (batch === null || batch === undefined) return this.#held.count > 0;
      return (await this.#add(batch.jobs)) && (await this.#removeSpooled(batch.count));
    } catch (error) {
      this.#noteFailure("the spool cannot be read", error);
      return false;
    }
  }

  async #removeSpooled(count: number): Promise<boolean> {
    try {
      await this.#deps.spool?.remove(count);
      return true;
    } catch (error) {
      // They arrive twice, under the same ids.
      this.#noteFailure("the spool cannot be read", error);
      return false;
    }
  }

  async #add(jobs: readonly MirrorJob[]): Promise<boolean> {
    const { clock, producer } = this.#deps;
    const cancel = clock.after(PATIENCE_MS, () => {
      this.#slow = true;
      void this.#spill();
    });
    try {
      await producer.add(jobs);
    } catch (error) {
      this.#noteFailure(
        `the queue cannot be reached; jobs are held ${this.#deps.spool === null ? "in memory" : "on disk"}`,
        error,
      );
      return false;
    } finally {
      cancel();
    }
    this.#noteSuccess(jobs.length);
    return true;
  }

  /** Moves what waits in memory to the disk. One at a time; never rejects. What the disk does not take stays in memory. */
  #spill(): Promise<void> {
    const { spool, clock } = this.#deps;
    const resting = !this.#closed && clock.monotonic() < this.#restUntil;
    if (spool === null || this.#held.count === 0 || resting) return this.#spilling ?? Promise.resolve();
    this.#spilling ??= this.#spillTo(spool, this.#held.count).finally(() => (this.#spilling = null));
    return this.#spilling;
  }

  /** Part by part: to write out all of it at once would hold up whatever else this process does. */
  async #spillTo(spool: LaneSpool, count: number): Promise<void> {
    let left = count;
    while (left > 0) {
      const part = this.#held.batch().slice(0, left);
      try {
        await spool.append(part.map(({ job }) => job));
      } catch (error) {
        return this.#noteRefusal(error);
      }
      this.#spoolRefuses = false;
      this.#addingSpilled ||= this.#adding > 0;
      this.#held.release(part.length);
      left -= part.length;
    }
  }

  #noteRefusal(error: unknown): void {
    const { clock, logger, silentModel } = this.#deps;
    this.#restUntil = clock.monotonic() + AFTER_REFUSAL_MS;
    if (!this.#spoolRefuses) {
      const fields = { silent_model: silentModel, full: error instanceof SpoolFullError, ...errorFields(error) };
      logger.warn("the spool takes no jobs; they are held in memory", fields);
    }
    this.#spoolRefuses = true;
  }

  #noteSuccess(count: number): void {
    if (this.#failures > 0) {
      this.#deps.logger.info("the queue takes jobs again", { silent_model: this.#deps.silentModel });
    }
    this.#failures = 0;
    this.#slow = false;
    this.#depth += count;
  }

  /** The batch stays: whether it arrived is unknown, and the same ids make sending it again harmless. */
  #noteFailure(what: string, error: unknown): void {
    this.#failures += 1;
    if (this.#failures > 1) return;
    const fields = { silent_model: this.#deps.silentModel, held: this.#held.count, ...errorFields(error) };
    this.#deps.logger.warn(what, fields);
  }

  #waitMs(): number {
    if (this.#failures > 0) return Math.min(FIRST_WAIT_MS * 2 ** (this.#failures - 1), LONGEST_WAIT_MS);
    // Only a full queue leaves jobs waiting without a failure.
    return this.#spooled > 0 ? DEPTH_EVERY_MS : 0;
  }

  /** Asks the queue for its length now and then; an unanswered question leaves the last figure standing. */
  #lookAtDepth(): void {
    const now = this.#deps.clock.monotonic();
    if (now - this.#depthAt < DEPTH_EVERY_MS) return;
    this.#depthAt = now;
    this.#deps.producer.depth().then(
      (depth) => (this.#depth = depth.waiting + depth.delayed),
      () => undefined,
    );
  }
}

function partition(held: readonly Held[]): readonly [tried: readonly Held[], untried: readonly Held[]] {
  return [held.filter(({ tried }) => tried), held.filter(({ tried }) => !tried)];
}
