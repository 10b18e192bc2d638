// oxlint-disable unicorn/require-post-message-target-origin -- threads have no origin
import { parentPort, type ResourceLimits, Worker } from "node:worker_threads";
import type { Clock } from "./clock.ts";

/** Why a thread was given up over its task: it took too long, or more memory than it may have; or it ended by itself. */
export type GivenUp = "time" | "memory" | "ended";

export class TaskGivenUpError extends Error {
  readonly why: GivenUp;

  constructor(why: GivenUp, options?: ErrorOptions) {
    const said = { time: "it took too long", memory: "it took too much memory", ended: "its thread ended" };
    super(`a task was given up: ${said[why]}`, options);
    this.name = "TaskGivenUpError";
    this.why = why;
  }
}

export interface ThreadPoolOptions {
  /** What its threads run; it calls `answerTasks`. */
  readonly script: URL;
  /** Threads at most; each is started when there is a task for it. */
  readonly threads: number;
  /** Milliseconds that a task may take from when a thread begins it: what waits behind a slow one has its own. */
  readonly longestMs: number;
  readonly resourceLimits: ResourceLimits;
  readonly clock: Clock;
}

/** Work that may never end, off the event loop: in threads that are given up, and replaced, when their time is over. */
export interface ThreadPool<Task, Answer> {
  /** The task goes over as plain data. Rejects with `TaskGivenUpError`. */
  run(task: Task): Promise<Answer>;
  /** Ends all threads; what is under way or waits rejects. */
  close(): Promise<void>;
}

interface Waiting<Task, Answer> {
  readonly task: Task;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

const READY = "ready";

/** In a thread of a pool: answers tasks, one at a time. What `work` throws, or rejects with, ends the thread. */
export function answerTasks(work: (task: never) => unknown): void {
  parentPort?.on("message", (task: unknown) => {
    const answer = work(task as never);
    if (answer instanceof Promise) void answer.then((said) => parentPort?.postMessage(said));
    else parentPort?.postMessage(answer);
  });
  parentPort?.postMessage(READY);
}

export function createThreadPool<Task, Answer>(options: ThreadPoolOptions): ThreadPool<Task, Answer> {
  const waiting: Waiting<Task, Answer>[] = [];
  const threads = new Set<Thread<Task, Answer>>();
  let closed = false;

  function hire(): void {
    for (const thread of threads) {
      if (waiting.length === 0) return;
      if (thread.idle) thread.begin(waiting.shift());
    }
    const starting = [...threads].filter((thread) => thread.starting).length;
    if (waiting.length > starting && threads.size < options.threads && !closed) open();
  }

  function open(): void {
    const thread: Thread<Task, Answer> = new Thread(options, {
      free: hire,
      // One that could not even start takes a task with it, or another would be tried for that task without end.
      gone: (error) => {
        threads.delete(thread);
        if (thread.starting) waiting.shift()?.reject(error);
        hire();
      },
    });
    threads.add(thread);
  }

  return {
    run: (task) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new TaskGivenUpError("ended"));
        waiting.push({ task, resolve, reject });
        hire();
      }),
    async close() {
      closed = true;
      for (const { reject } of waiting.splice(0)) reject(new TaskGivenUpError("ended"));
      await Promise.all([...threads].map((thread) => thread.end()));
    },
  };
}

interface ThreadEvents {
  /** It can take a task. */
  readonly free: () => void;
  /** It has ended, for whatever reason. */
  readonly gone: (error: TaskGivenUpError) => void;
}

class Thread<Task, Answer> {
  readonly #worker: Worker;
  readonly #options: ThreadPoolOptions;
  #task: Waiting<Task, Answer> | null = null;
  #state: "starting" | "idle" | "busy" | "ending" = "starting";
  #cancel = (): void => undefined;
  #thrown: Error | null = null;

  constructor(options: ThreadPoolOptions, { free, gone }: ThreadEvents) {
    const worker = new Worker(options.script, { resourceLimits: options.resourceLimits });
    this.#worker = worker;
    this.#options = options;
    // Work that nobody waits for any more keeps no process alive.
    worker.unref();
    worker.on("message", (message: Answer | typeof READY) => {
      if (this.#state === "ending") return;
      if (this.#state === "busy") this.#finished()?.resolve(message as Answer);
      this.#state = "idle";
      free();
    });
    worker.on("error", (error) => (this.#thrown = error));
    worker.once("exit", () => {
      const error = this.#endedBy();
      this.#finished()?.reject(error);
      gone(error);
    });
  }

  get starting(): boolean {
    return this.#state === "starting";
  }

  get idle(): boolean {
    return this.#state === "idle";
  }

  begin(task: Waiting<Task, Answer> | undefined): void {
    if (task === undefined) return;
    this.#state = "busy";
    this.#task = task;
    this.#cancel = this.#options.clock.after(this.#options.longestMs, () => {
      // Its place is not given to another before it has ended, which it may do a moment later.
      this.#finished()?.reject(new TaskGivenUpError("time"));
      void this.end();
    });
    this.#worker.postMessage(task.task);
  }

  async end(): Promise<void> {
    this.#state = "ending";
    await this.#worker.terminate();
  }

  #finished(): Waiting<Task, Answer> | null {
    const task = this.#task;
    this.#cancel();
    this.#task = null;
    return task;
  }

  #endedBy(): TaskGivenUpError {
    const memory = (this.#thrown as { code?: unknown } | null)?.code === "ERR_WORKER_OUT_OF_MEMORY";
    return new TaskGivenUpError(memory ? "memory" : "ended", { cause: this.#thrown });
  }
}
