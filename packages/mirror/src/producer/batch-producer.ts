import { type Clock, lastMoment, type Logger } from "@understudy/runtime";
import { Spill } from "./spill.ts";
import type { DispatchEvents } from "../decision/dispatcher.ts";
import { type BufferedJob, JobBuffer, type BufferLimits } from "./job-buffer.ts";
import type { MirrorJob } from "../job/mirror-job.ts";
import { QueueLink } from "./queue-link.ts";
import type { MirrorProducer } from "../queue/queues.ts";
import { isShed, shedsFrom } from "./shed.ts";
import type { QueueSpool } from "../spool/spool.ts";

/** Of what may wait in this process's memory, and on the queue, per silent model. */
export interface BatchLimits extends BufferLimits {
  /** Jobs that may wait on the queue. */
  readonly maxQueueLength: number;
}

export interface BatchProducerDeps {
  readonly silentModel: string;
  readonly producer: MirrorProducer;
  /** Where jobs go that the queue does not take; null keeps them in memory. */
  readonly spool: QueueSpool | null;
  readonly limits: BatchLimits;
  readonly events: DispatchEvents;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Jobs at the front of memory that are being added to the queue now. */
interface Adding {
  readonly batch: readonly BufferedJob[];
  /** Where they are meanwhile. From the disk they can be taken off again only while they are its oldest. */
  place: "memory" | "oldest on disk" | "somewhere on disk";
}

/** Long enough to gather a batch under load, short enough to lose little when the process is killed. */
const GATHER_MS = 5;
/** A full queue is looked at again after so long, for what waits on the disk. */
const AFTER_FULL_MS = 1_000;
const LOOK_AGAIN_MS = 100;
const LAST_TRY_MS = 500;
/** After so many batches of memory's comes one of the disk's: while memory has more than one batch takes, and else. */
const BETWEEN_DISKS = { pressed: 7, else: 1 } as const;

/**
 * The way of one silent model's jobs to its queue: gathers them and adds them in batches. While the queue is away, or
 * more comes than it takes, they go to the spool, and from there, oldest first, to the queue, in turn with those that
 * come: if all had to go by the disk once one is there, a gateway that had once fallen behind would stay behind.
 */
export class BatchProducer {
  readonly #deps: BatchProducerDeps;
  readonly #held: JobBuffer;
  readonly #queue: QueueLink;
  readonly #disk: Spill | null;
  #adding: Adding | null = null;
  #handing: Promise<void> | null = null;
  /** Batches of memory's since the disk's last one. */
  #sinceDisk = 0;
  #timer: { readonly at: number; readonly cancel: () => void } | null = null;
  #spillTimed = false;
  #closed = false;

  constructor(deps: BatchProducerDeps) {
    const { spool, limits } = deps;
    this.#deps = deps;
    this.#held = new JobBuffer(limits);
    const slow = (): void => this.#spillSoon();
    this.#queue = new QueueLink({ ...deps, waitIn: spool === null ? "in memory" : "on disk", slow });
    this.#disk = spool === null ? null : new Spill({ ...deps, spool, held: this.#held });
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
    if (isShed(job.request_id, this.#queue.depth + this.#held.count, limits.maxQueueLength)) {
      this.#queue.lookAtDepth();
      return events.dropped(job, "queue_full");
    }
    if (!this.#held.fits(job)) return events.dropped(job, this.#whyNoRoom());
    this.#held.push(job);
    if (this.#mustSpill) this.#spillSoon();
    else this.#handOverAfter(Math.max(GATHER_MS, this.#queue.retryMs));
  }

  /** Resolves when nothing waits, however long the queue stays away; or, after one more try, once `signal` aborts. */
  async flushed(signal?: AbortSignal): Promise<void> {
    while (this.#waiting) {
      await this.#handOver();
      if (signal?.aborted === true) return;
      if (this.#waiting && this.#waitMs() > 0) await this.#pause(signal);
    }
  }

  /**
   * Takes nothing more, and hands over what waits until the deadline; then it stays in the spool, where there is one. A
   * queue that then does not answer has a moment left: the deadline may have gone by while others stopped.
   */
  async close(deadline: AbortSignal): Promise<void> {
    const { clock, events } = this.#deps;
    this.#closed = true;
    this.#timer?.cancel();
    const last = lastMoment(deadline, { graceMs: LAST_TRY_MS, clock });
    await Promise.race([this.#handOverHeld(deadline), last.over]);
    last.done();
    // Those whose arrival is not known as well.
    await this.#spillNow(0);
    const [unknown, unsent] = partition(this.#held.releaseAll());
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
      if (this.#queue.away) await this.#spillNow(this.#staying());
      if (this.#held.count > 0) await this.#handOver();
      if (signal.aborted) return;
      if (this.#queue.retryMs > 0) await this.#pause(signal);
    }
    // A batch of the disk's is taken off it once it has arrived.
    await this.#handing;
  }

  async #pause(signal?: AbortSignal): Promise<void> {
    await this.#deps.clock.sleep(LOOK_AGAIN_MS, signal).catch(() => undefined);
  }

  get #spooled(): number {
    return this.#disk?.bytes ?? 0;
  }

  get #waiting(): boolean {
    return this.#held.count > 0 || this.#spooled > 0;
  }

  #whyNoRoom(): "spool_full" | "queue_unavailable" | "buffer_full" {
    if (this.#diskRefusesMs > 0) return "spool_full";
    return this.#queue.away ? "queue_unavailable" : "buffer_full";
  }

  #handOverAfter(ms: number): void {
    // While a batch is under way the next one follows it anyway.
    if (this.#handing !== null || this.#closed) return;
    const { clock } = this.#deps;
    const at = clock.monotonic() + ms;
    if (this.#timer !== null && this.#timer.at <= at) return;
    this.#timer?.cancel();
    const cancel = clock.after(ms, () => {
      this.#timer = null;
      void this.#handOver();
    });
    this.#timer = { at, cancel };
  }

  /** One at a time; never rejects. */
  #handOver(): Promise<void> {
    this.#handing ??= this.#addAll().finally(() => {
      this.#handing = null;
      if (this.#waiting) this.#handOverAfter(this.#waitMs());
    });
    return this.#handing;
  }

  #waitMs(): number {
    if (this.#queue.retryMs > 0) return this.#queue.retryMs;
    // Only a full queue, or a disk that cannot be read, leaves jobs waiting without a failure of the queue.
    return this.#spooled > 0 ? AFTER_FULL_MS : 0;
  }

  async #addAll(): Promise<void> {
    let more = true;
    while (more && !(this.#closed && this.#held.count === 0)) {
      more = this.#isDisksTurn() ? await this.#addSpooled() : await this.#addHeld();
      this.#queue.lookAtDepth();
    }
  }

  #isDisksTurn(): boolean {
    if (!this.#mayReadDisk) return false;
    // A retry is no time to hold new jobs back in memory, where a crash would find them.
    if (this.#queue.away || this.#held.count === 0) return true;
    return this.#sinceDisk >= (this.#held.fillABatch ? BETWEEN_DISKS.pressed : BETWEEN_DISKS.else);
  }

  /** Not so far that what comes would be shed for what is there. */
  get #mayReadDisk(): boolean {
    if (this.#disk === null || this.#disk.bytes === 0 || this.#disk.failsMs > 0) return false;
    return this.#queue.depth < shedsFrom(this.#deps.limits.maxQueueLength);
  }

  /** Whether another batch may follow: not if nothing was there, or it did not arrive. */
  async #addHeld(): Promise<boolean> {
    const batch = this.#held.batch();
    if (batch.length === 0) {
      // All that is left is being written to the disk, or nothing is.
      await this.#disk?.settled();
      return this.#held.count > 0 || this.#mayReadDisk;
    }
    this.#sinceDisk += 1;
    const adding: Adding = { batch, place: "memory" };
    this.#adding = adding;
    for (const held of batch) held.tried = true;
    const arrived = await this.#queue.add(batch.map(({ job }) => job));
    // Where they are is not certain while they are being written to the disk.
    if (batch.some(({ leaving }) => leaving)) await this.#disk?.settled();
    this.#adding = null;
    if (!arrived) await this.#spillNow(0);
    else if (adding.place === "memory") this.#held.release(batch);
    else if (adding.place === "oldest on disk") await this.#disk?.remove(batch.length);
    return arrived;
  }

  /** As `#addHeld`. */
  async #addSpooled(): Promise<boolean> {
    this.#sinceDisk = 0;
    const batch = (await this.#disk?.oldest()) ?? null;
    if (batch === null) return this.#held.count > 0;
    const arrived = await this.#queue.add(batch.jobs);
    if (arrived) await this.#disk?.remove(batch.count);
    return arrived;
  }

  /** Something in memory would be safer, or out of the way, on the disk. */
  get #mustSpill(): boolean {
    return this.#disk !== null && (this.#queue.away || this.#held.crowded) && this.#held.count > this.#staying();
  }

  /** Jobs at the front of memory that are not to go to the disk. */
  #staying(): number {
    const count = this.#adding?.place === "memory" ? this.#adding.batch.length : 0;
    if (!this.#queue.away) return Math.max(count, Math.ceil(this.#held.count / 2));
    return this.#spooled > 0 ? count : 0;
  }

  #spillSoon(): void {
    if (this.#spillTimed || this.#closed || !this.#mustSpill) return;
    this.#spillTimed = true;
    this.#deps.clock.after(Math.max(GATHER_MS, this.#diskRefusesMs), () => void this.#spillOn());
  }

  async #spillOn(): Promise<void> {
    this.#spillTimed = false;
    if (this.#mustSpill) await this.#spillBehind(this.#staying());
    // What came while the others were being written is still in memory, and nothing else may come to fetch it.
    this.#spillSoon();
    // What the disk does not take has to go the other way.
    this.#handOverAfter(this.#waitMs());
  }

  /** Behind what is being written already. */
  async #spillNow(from: number): Promise<void> {
    await this.#disk?.settled();
    if (this.#closed) this.#disk?.hurry();
    await this.#spillBehind(from);
  }

  async #spillBehind(from: number): Promise<void> {
    const adding = this.#adding;
    const place = this.#spooled > 0 ? "somewhere on disk" : "oldest on disk";
    await this.#disk?.move(from, ([first]) => {
      if (adding !== null && first === adding.batch[0]) adding.place = place;
    });
  }

  get #diskRefusesMs(): number {
    return this.#disk?.refusesMs ?? 0;
  }
}

function partition(
  held: readonly BufferedJob[],
): readonly [tried: readonly BufferedJob[], untried: readonly BufferedJob[]] {
  return [held.filter(({ tried }) => tried), held.filter(({ tried }) => !tried)];
}
