import type { MirrorJob } from "./mirror-job.ts";

export interface Held {
  readonly job: MirrorJob;
  readonly bytes: number;
  /** It was sent to the queue, and whether it arrived is not known. */
  tried: boolean;
}

export interface HoldLimits {
  readonly maxBufferedJobs: number;
  readonly maxBufferedBytes: number;
}

const BATCH_JOBS = 100;
/** A hundred jobs of 50 KB: with less in a batch, the way to the queue and back sets the pace, and not the work. */
const BATCH_BYTES = 8 * 1024 * 1024;

/** Jobs that wait in memory, first in, first out, with their bytes counted. */
export class HeldJobs {
  #jobs: Held[] = [];
  #bytes = 0;

  get count(): number {
    return this.#jobs.length;
  }

  fits(job: MirrorJob, limits: HoldLimits): boolean {
    return this.#jobs.length < limits.maxBufferedJobs && this.#bytes + sizeOf(job) <= limits.maxBufferedBytes;
  }

  push(job: MirrorJob): void {
    const bytes = sizeOf(job);
    this.#jobs.push({ job, bytes, tried: false });
    this.#bytes += bytes;
  }

  /** The oldest, as many as go to the queue at once. They stay until they are released. */
  batch(): readonly Held[] {
    let bytes = 0;
    const end = this.#jobs.findIndex((held, index) => {
      bytes += held.bytes;
      return index === BATCH_JOBS || (index > 0 && bytes > BATCH_BYTES);
    });
    return this.#jobs.slice(0, end === -1 ? undefined : end);
  }

  all(): readonly Held[] {
    return [...this.#jobs];
  }

  release(count: number): readonly Held[] {
    const released = this.#jobs.splice(0, count);
    for (const { bytes } of released) this.#bytes -= bytes;
    return released;
  }
}

/** UTF-16 units of the texts stand for the job's bytes: close enough for a bound, and free. */
function sizeOf({ request, primary }: MirrorJob): number {
  const answer = primary.answer;
  const calls = answer?.tool_calls.reduce((sum, call) => sum + call.arguments.length, 0) ?? 0;
  return request.length + (answer?.text?.length ?? 0) + (answer?.refusal?.length ?? 0) + calls;
}
