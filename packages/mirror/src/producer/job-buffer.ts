import type { MirrorJob } from "../job/mirror-job.ts";

export interface BufferedJob {
  readonly job: MirrorJob;
  readonly bytes: number;
  /** It was sent to the queue, and whether it arrived is not known. */
  tried: boolean;
  /** It is being written to the disk, and is not to go to the queue meanwhile. */
  leaving: boolean;
}

export interface BufferLimits {
  readonly maxBufferedJobs: number;
  readonly maxBufferedBytes: number;
}

const BATCH_JOBS = 100;
/** A hundred jobs of 50 KB: with less in a batch, the way to the queue and back sets the pace, and not the work. */
const BATCH_BYTES = 8 * 1024 * 1024;

/** Jobs that wait in memory, first in, first out, with their bytes counted. */
export class JobBuffer {
  readonly #limits: BufferLimits;
  #jobs: BufferedJob[] = [];
  #bytes = 0;

  constructor(limits: BufferLimits) {
    this.#limits = limits;
  }

  get count(): number {
    return this.#jobs.length;
  }

  /** Whether a batch of them would be a whole one. */
  get fillABatch(): boolean {
    return this.#jobs.length >= BATCH_JOBS || this.#bytes >= BATCH_BYTES;
  }

  /** Whether more than half of the room is taken. */
  get crowded(): boolean {
    const { maxBufferedJobs, maxBufferedBytes } = this.#limits;
    return this.#jobs.length > maxBufferedJobs / 2 || this.#bytes > maxBufferedBytes / 2;
  }

  fits(job: MirrorJob): boolean {
    const { maxBufferedJobs, maxBufferedBytes } = this.#limits;
    return this.#jobs.length < maxBufferedJobs && this.#bytes + sizeOf(job) <= maxBufferedBytes;
  }

  push(job: MirrorJob): void {
    const bytes = sizeOf(job);
    this.#jobs.push({ job, bytes, tried: false, leaving: false });
    this.#bytes += bytes;
  }

  /** Behind the first `from`, the oldest, as many as go to the queue at once. They stay until they are released. */
  batch(from = 0): readonly BufferedJob[] {
    const batch: BufferedJob[] = [];
    let bytes = 0;
    for (let next = from; next < this.#jobs.length && batch.length < BATCH_JOBS; next += 1) {
      const held = this.#jobs[next] as BufferedJob;
      bytes += held.bytes;
      if (held.leaving || (batch.length > 0 && bytes > BATCH_BYTES)) break;
      batch.push(held);
    }
    return batch;
  }

  /** Lets a batch go, wherever it stands by now. */
  release(batch: readonly BufferedJob[]): void {
    const [first] = batch;
    if (first === undefined) return;
    const released = this.#jobs.splice(this.#jobs.indexOf(first), batch.length);
    for (const { bytes } of released) this.#bytes -= bytes;
  }

  releaseAll(): readonly BufferedJob[] {
    this.#bytes = 0;
    return this.#jobs.splice(0);
  }
}

/** UTF-16 units of the texts stand for the job's bytes: close enough for a bound, and free. */
export function sizeOf({ request, primary }: MirrorJob): number {
  const answer = primary.answer;
  const calls = answer?.tool_calls.reduce((sum, call) => sum + call.arguments.length, 0) ?? 0;
  return request.length + (answer?.text?.length ?? 0) + (answer?.refusal?.length ?? 0) + calls;
}
