// oxlint-disable unicorn/require-post-message-target-origin -- threads have no origin
import { Worker } from "node:worker_threads";
import type { AfterNews, AfterTask, AfterThreadData } from "./after-messages.ts";

export interface Thread {
  post(task: AfterTask): void;
  /** How it began. */
  readonly started: Promise<Extract<AfterNews, { kind: "started" | "failed" }>>;
  readonly exit: Promise<void>;
  terminate(): void;
}

export interface ThreadEvents {
  readonly hear: (news: AfterNews) => void;
  /** It has ended after it had started; with what it threw, if it threw. */
  readonly ended: (error: Error | null) => void;
}

const FILE = new URL("after-thread.ts", import.meta.url);

/**
 * What a request leaves behind here is needed for no longer than a batch takes. In the usual 16 MB
 * its collection, on all processors at once, took as much of them as the work itself.
 */
const YOUNG_MB = 96;

/** Starts the thread of all that follows an answer; a test may name another file. */
export function openThread(data: AfterThreadData, { hear, ended }: ThreadEvents, file: URL = FILE): Thread {
  const worker = new Worker(file, { workerData: data, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
  const start = Promise.withResolvers<Awaited<Thread["started"]>>();
  const exit = Promise.withResolvers<void>();
  let running = false;
  let thrown: Error | null = null;

  worker.on("message", (news: AfterNews) => {
    if (news.kind !== "started" && news.kind !== "failed") return hear(news);
    running = news.kind === "started";
    start.resolve(news);
  });
  worker.on("error", (error: Error) => (thrown = error));
  worker.once("exit", () => {
    start.resolve({ kind: "failed", message: thrown?.message ?? "it ended at once", settings: false });
    exit.resolve();
    if (running) ended(thrown);
  });
  return {
    post: (task) => worker.postMessage(task),
    started: start.promise,
    exit: exit.promise,
    terminate: () => void worker.terminate(),
  };
}
