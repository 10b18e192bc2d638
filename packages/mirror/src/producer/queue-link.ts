import { backoffMs, type Clock, errorFields, type Logger } from "@understudy/runtime";
import { sizeOf } from "./job-buffer.ts";
import type { MirrorJob } from "../job/mirror-job.ts";
import type { MirrorProducer } from "../queue/queues.ts";

export interface QueueLinkDeps {
  readonly silentModel: string;
  readonly producer: MirrorProducer;
  /** Where jobs wait meanwhile, for the log. */
  readonly waitIn: "in memory" | "on disk";
  /** Called when a batch takes longer than a queue that is there would need. */
  readonly slow: () => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A queue that has not answered for so long may be away: what waits for it in memory goes to the disk. */
const PATIENCE_MS = 100;
/** As much longer may a large batch take, whose writing is work: a busy machine needs it, and its queue is not away. */
const PATIENCE_MS_PER_MIB = 25;
const MIB = 1024 * 1024;
const WAITS = { firstMs: 100, longestMs: 5_000 };
const DEPTH_EVERY_MS = 1_000;

/** One silent model's queue as its batch producer sees it: whether it takes jobs, and how many wait there. */
export class QueueLink {
  readonly #deps: QueueLinkDeps;
  #failures = 0;
  #slow = false;
  #depth = 0;
  /** Jobs that have arrived, ever. */
  #added = 0;
  #depthAt = Number.NEGATIVE_INFINITY;

  constructor(deps: QueueLinkDeps) {
    this.#deps = deps;
  }

  /** It does not take jobs, or may not. */
  get away(): boolean {
    return this.#failures > 0 || this.#slow;
  }

  /** Jobs that wait there, as far as is known. */
  get depth(): number {
    return this.#depth;
  }

  /** Milliseconds until it is worth trying again; 0 while nothing has failed. */
  get retryMs(): number {
    return this.#failures === 0 ? 0 : backoffMs(this.#failures - 1, WAITS);
  }

  /** Whether they have arrived. If not, that is not certain either: the same ids make sending them again harmless. */
  async add(jobs: readonly MirrorJob[]): Promise<boolean> {
    const { clock, producer, waitIn, slow } = this.#deps;
    const cancel = clock.after(patienceWith(jobs), () => {
      this.#slow = true;
      slow();
    });
    try {
      await producer.add(jobs);
    } catch (error) {
      this.#noteFailure(`the queue cannot be reached; jobs are held ${waitIn}`, error);
      return false;
    } finally {
      cancel();
    }
    this.#noteSuccess(jobs.length);
    return true;
  }

  /** It is tried again, ever less often. */
  #noteFailure(what: string, error: unknown): void {
    this.#failures += 1;
    if (this.#failures > 1) return;
    this.#deps.logger.warn(what, { silent_model: this.#deps.silentModel, ...errorFields(error) });
  }

  #noteSuccess(count: number): void {
    if (this.#failures > 0) {
      this.#deps.logger.info("the queue takes jobs again", { silent_model: this.#deps.silentModel });
    }
    this.#failures = 0;
    this.#slow = false;
    this.#depth += count;
    this.#added += count;
  }

  /** Asks it for its length now and then; an unanswered question leaves the last figure standing. */
  lookAtDepth(): void {
    const now = this.#deps.clock.monotonic();
    if (now - this.#depthAt < DEPTH_EVERY_MS) return;
    this.#depthAt = now;
    const before = this.#added;
    this.#deps.producer.depth().then(
      // What arrived while it was asked is not in the answer, or is counted twice until it is asked again: rather too many.
      ({ waiting, delayed }) => (this.#depth = waiting + delayed + this.#added - before),
      () => undefined,
    );
  }
}

function patienceWith(jobs: readonly MirrorJob[]): number {
  const bytes = jobs.reduce((sum, job) => sum + sizeOf(job), 0);
  return PATIENCE_MS + (bytes / MIB) * PATIENCE_MS_PER_MIB;
}
