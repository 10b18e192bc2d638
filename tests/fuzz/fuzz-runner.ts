import { systemClock } from "@understudy/runtime";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { FAILED_AT, type Failure, type Job, type Outcome, STARTED } from "./fuzz-messages.ts";

/** Runs targets in a thread of their own, and gives up on an input that never ends or takes all memory. */
export interface Runner {
  run(job: Job): Promise<Outcome>;
  close(): Promise<void>;
}

/** Of the thread's own processor time: far beyond what any input may take, and a busy machine makes nothing hang. */
const HANGS_AFTER_CPU_MS = 20_000;
/** For what waits without doing anything. */
const HANGS_AFTER_MS = 300_000;
const MEMORY_MB = 1_024;
/** A main thread's stack; that of other threads is larger, and would hide what overflows. */
const STACK_MB = 1;

export function createRunner(): Runner {
  let worker: Worker | null = null;
  const progress = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));

  const open = (): Worker =>
    new Worker(new URL("fuzz-thread.ts", import.meta.url), {
      workerData: { progress },
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB, stackSizeMb: STACK_MB },
    });

  async function end(): Promise<void> {
    const ending = worker;
    worker = null;
    await ending?.terminate();
  }

  return {
    async run(job) {
      worker ??= open();
      const watching = new AbortController();
      const { signal } = watching;
      Atomics.store(progress, STARTED, 0);
      Atomics.store(progress, FAILED_AT, -1);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
      worker.postMessage(job);
      try {
        const first = await Promise.race([
          once(worker, "message", { signal }).then(([outcome]) => outcome as Outcome),
          once(worker, "exit", { signal }).then(([code]) => `the thread ended (${String(code)})`),
          hung(worker, progress, signal),
        ]);
        if (typeof first !== "string") return first;
        return { ran: Atomics.load(progress, STARTED), failure: failureAt(job, progress, first) };
      } catch (error) {
        return { ran: Atomics.load(progress, STARTED), failure: failureAt(job, progress, String(error)) };
      } finally {
        watching.abort();
      }
    },
    close: end,
  };

  /** Of an input that took the thread with it: the one that had been begun. */
  function failureAt(job: Job, at: Int32Array, message: string): Failure {
    void end();
    const failedAt = Atomics.load(at, FAILED_AT);
    const begun = failedAt === -1 ? Math.max(0, Atomics.load(at, STARTED) - 1) : failedAt;
    const where = failedAt === -1 ? "" : " while a failing input was made smaller";
    return { seed: job.seed, path: job.path ?? String(begun), message: message + where, input: "" };
  }
}

/** Resolves when nothing has begun for too long. */
async function hung(worker: Worker, progress: Int32Array, signal: AbortSignal): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let seen = -1;
  let since = { cpuMs: 0, wallMs: 0 };
  const look = async (): Promise<void> => {
    const { user, system } = await worker.cpuUsage();
    const started = Atomics.load(progress, STARTED);
    const now = { cpuMs: (user + system) / 1_000, wallMs: systemClock.monotonic() };
    if (started !== seen) [seen, since] = [started, now];
    else if (now.cpuMs - since.cpuMs > HANGS_AFTER_CPU_MS || now.wallMs - since.wallMs > HANGS_AFTER_MS) {
      resolve(`an input has not ended after ${Math.round((now.wallMs - since.wallMs) / 1_000)} s`);
    }
  };
  // A thread that has just ended has no usage.
  const cancel = systemClock.every(1_000, () => void look().catch(() => undefined));
  signal.addEventListener("abort", cancel, { once: true });
  return promise;
}
