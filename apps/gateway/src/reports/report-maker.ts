// oxlint-disable unicorn/require-post-message-target-origin -- threads have no origin
import type { Report } from "@understudy/evaluation";
import { Worker } from "node:worker_threads";
import type { ReportReply, ReportTask } from "./report-thread.ts";

/** Makes reports on a thread of its own: their bootstrap would hold up every answer that is on its way. */
export interface ReportMaker {
  make(task: ReportTask): Promise<Report>;
  close(): Promise<void>;
}

/** The thread starts with the first report; one that dies is replaced with the next. One report at a time. */
export function createReportMaker(): ReportMaker {
  let thread: Worker | null = null;
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;

  function open(): Worker {
    const opened = new Worker(new URL("report-thread.ts", import.meta.url));
    // A report that nobody has asked for keeps no process alive.
    opened.unref();
    opened.once("exit", () => {
      if (thread === opened) thread = null;
    });
    return opened;
  }

  async function makeNow(task: ReportTask): Promise<Report> {
    if (closed) throw new Error("the gateway is stopping");
    thread ??= open();
    const reply = await answerOf(thread, task);
    if ("failure" in reply) throw new Error(`the report failed: ${reply.failure}`);
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
    const onError = (error: Error): void => settle(() => reject(error));
    const onExit = (): void => settle(() => reject(new Error("the thread of reports ended")));
    thread.on("message", onMessage).on("error", onError).on("exit", onExit);
    thread.postMessage(task);
  });
}
