import { type Clock, errorFields, type Logger } from "@understudy/runtime";
import type { DispatchEvents } from "./dispatcher.ts";
import type { MirrorJob } from "./mirror-job.ts";
import type { MirrorProducer } from "./queues.ts";

export interface LaneLimits {
  /** Jobs that may wait in this process, per silent model. */
  readonly maxBufferedJobs: number;
  /** Bytes of requests and answers that may wait in this process, per silent model. */
  readonly maxBufferedBytes: number;
  /** Jobs that may wait on the queue. */
  readonly maxQueueLength: number;
}

export interface LaneDeps {
  readonly silentModel: string;
  readonly producer: MirrorProducer;
  readonly limits: LaneLimits;
  readonly events: DispatchEvents;
  readonly clock: Clock;
  readonly logger: Logger;
}

const BATCH_JOBS = 100;
const BATCH_BYTES = 1024 * 1024;
/** Long enough to gather a batch under load, short enough to lose little when the process is killed. */
const GATHER_MS = 5;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;
const DEPTH_EVERY_MS = 1_000;
const LAST_TRY_MS = 500;

/** The way of one silent model's jobs to its queue: gathers them, adds them in batches, and holds them while it cannot. */
export class Lane {
  readonly #deps: LaneDeps;
  #waiting: Held[] = [];
  #bytes = 0;
  #flushing: Promise<void> | null = null;
  #failures = 0;
  #depth = 0;
  #depthAt = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | null = null;
  #closed = false;

  constructor(deps: LaneDeps) {
    this.#deps = deps;
  }

  get held(): number {
    return this.#waiting.length;
  }

  take(job: MirrorJob): void {
    const { limits, events } = this.#deps;
    const bytes = sizeOf(job);
    if (this.#closed) return events.dropped(job, "shutdown");
    if (this.#depth + this.#waiting.length >= limits.maxQueueLength) {
      this.#lookAtDepth();
      return events.dropped(job, "queue_full");
    }
    if (this.#waiting.length >= limits.maxBufferedJobs || this.#bytes + bytes > limits.maxBufferedBytes) {
      return events.dropped(job, this.#failures > 0 ? "queue_unavailable" : "buffer_full");
    }
    this.#waiting.push({ job, bytes });
    this.#bytes += bytes;
    this.#flushAfter(GATHER_MS);
  }

  /** Resolves when nothing is held, however long the queue stays away; or, after one more try, once `signal` aborts. */
  async flushed(signal?: AbortSignal): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#flush();
      if (signal?.aborted === true) return;
      if (this.#failures > 0) await this.#deps.clock.sleep(FIRST_WAIT_MS, signal).catch(() => undefined);
    }
  }

  /**
   * Takes nothing more, and hands over what is held until the deadline. A queue that then does not answer has a moment
   * left: the deadline may have gone by while others stopped, and nothing was tried yet.
   */
  async close(deadline: AbortSignal): Promise<void> {
    const { clock, events } = this.#deps;
    this.#closed = true;
    this.#cancelTimer?.();
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const giveUp = (): void => void clock.after(LAST_TRY_MS, resolve);
    if (deadline.aborted) giveUp();
    else deadline.addEventListener("abort", giveUp, { once: true });
    await Promise.race([this.flushed(deadline), late]);
    deadline.removeEventListener("abort", giveUp);
    for (const { job } of this.#release(this.#waiting.length)) events.dropped(job, "shutdown");
  }

  #flushAfter(ms: number): void {
    if (this.#cancelTimer !== null || this.#flushing !== null) return;
    this.#cancelTimer = this.#deps.clock.after(ms, () => {
      this.#cancelTimer = null;
      void this.#flush();
    });
  }

  /** One at a time; never rejects. */
  #flush(): Promise<void> {
    this.#flushing ??= this.#addBatches().finally(() => {
      this.#flushing = null;
      if (this.#waiting.length > 0 && !this.#closed) this.#flushAfter(this.#waitMs());
    });
    return this.#flushing;
  }

  async #addBatches(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#nextBatch();
      try {
        await this.#deps.producer.add(batch.map(({ job }) => job));
      } catch (error) {
        this.#noteFailure(error);
        return;
      }
      this.#noteSuccess(batch);
    }
    this.#lookAtDepth();
  }

  #nextBatch(): readonly Held[] {
    let bytes = 0;
    const end = this.#waiting.findIndex((held, index) => {
      bytes += held.bytes;
      return index === BATCH_JOBS || (index > 0 && bytes > BATCH_BYTES);
    });
    return this.#waiting.slice(0, end === -1 ? undefined : end);
  }

  #noteSuccess(batch: readonly Held[]): void {
    if (this.#failures > 0) {
      this.#deps.logger.info("the queue takes jobs again", { silent_model: this.#deps.silentModel });
    }
    this.#failures = 0;
    this.#depth += batch.length;
    this.#release(batch.length);
  }

  #release(count: number): readonly Held[] {
    const released = this.#waiting.splice(0, count);
    for (const { bytes } of released) this.#bytes -= bytes;
    return released;
  }

  /** The batch stays: whether it arrived is unknown, and the same ids make sending it again harmless. */
  #noteFailure(error: unknown): void {
    this.#failures += 1;
    if (this.#failures > 1) return;
    const fields = { silent_model: this.#deps.silentModel, held: this.#waiting.length, ...errorFields(error) };
    this.#deps.logger.warn("the queue cannot be reached; jobs are held in memory", fields);
  }

  #waitMs(): number {
    if (this.#failures === 0) return 0;
    return Math.min(FIRST_WAIT_MS * 2 ** (this.#failures - 1), LONGEST_WAIT_MS);
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

interface Held {
  readonly job: MirrorJob;
  readonly bytes: number;
}

/** UTF-16 units of the texts stand for the job's bytes: close enough for a bound, and free. */
function sizeOf({ request, primary }: MirrorJob): number {
  const answer = primary.answer;
  const calls = answer?.tool_calls.reduce((sum, call) => sum + call.arguments.length, 0) ?? 0;
  return request.length + (answer?.text?.length ?? 0) + (answer?.refusal?.length ?? 0) + calls;
}
