// oxlint-disable unicorn/require-post-message-target-origin -- threads have no origin
import type { Report } from "@understudy/evaluation";
import type { Clock } from "@understudy/runtime";
import { Worker } from "node:worker_threads";
import type { ReportReply, ReportTask } from "./report-thread.ts";

/** The thread died over the report, or threw. The next report has another thread. */
export class ReportFailure extends Error {
  constructor(why: string, options?: ErrorOptions) {
    super(`the report could not be made: ${why}`, options);
    this.name = "ReportFailure";
  }
}

/** Makes reports on a thread of its own: their bootstrap would hold up every answer that is on its way. */
export interface ReportMaker {
  make(task: ReportTask): Promise<Report>;
  close(): Promise<void>;
}

export interface ReportMakerOptions {
  readonly clock: Clock;
  /** The thread's file, where it is another than usual. */
  readonly script?: URL;
}

/** A report that takes longer is given up, with its thread: others wait behind it. */
const LONGEST_MS = 120_000;

/** The thread starts with the first report; one that dies is replaced with the next. One report at a time. */
export function createReportMaker(options: ReportMakerOptions): ReportMaker {
  const { clock, script = new URL("report-thread.ts", import.meta.url) } = options;
  let thread: Worker | null = null;
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;

  function open(): Worker {
    const opened = new Worker(script);
    // A report that nobody has asked for keeps no process alive.
    opened.unref();
    // One that fails is not asked again, though its end may take a moment; without a listener it would end the process.
    const forget = (): void => {
      if (thread === opened) thread = null;
    };
    opened.on("error", forget).on("exit", forget);
    return opened;
  }

  async function makeNow(task: ReportTask): Promise<Report> {
    if (closed) throw new ReportFailure("the gateway is stopping");
    const asked = (thread ??= open());
    const cancel = clock.after(LONGEST_MS, () => void asked.terminate());
    const reply = await answerOf(asked, task).finally(cancel);
    if ("failure" in reply) throw new ReportFailure(reply.failure);
    return reply.report;
  }

  return {
    make(task) {
      const made = last.then(() => makeNow(task));
      last = made.catch(() => undefined);
      return made;
    },
    async close() {
      closed = true;
      await thread?.terminate();
    },
  };
}

function answerOf(thread: Worker, task: ReportTask): Promise<ReportReply> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      thread.off("message", onMessage).off("error", onError).off("exit", onExit);
      act();
    };
    const onMessage = (reply: ReportReply): void => settle(() => resolve(reply));
    const onError = (error: Error): void =>
      settle(() => reject(new ReportFailure("its thread failed", { cause: error })));
    const onExit = (): void => settle(() => reject(new ReportFailure("its thread ended, or took too long")));
    thread.on("message", onMessage).on("error", onError).on("exit", onExit);
    thread.postMessage(task);
  });
}
