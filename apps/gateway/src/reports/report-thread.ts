// oxlint-disable unicorn/require-post-message-target-origin -- threads have no origin
import { createReport, type Report, type ReportInput } from "@understudy/evaluation";
import { systemRandom } from "@understudy/runtime";
import { parentPort } from "node:worker_threads";

/** What the thread is asked for; a function would not survive the way. */
export type ReportTask = Omit<ReportInput, "random">;

export type ReportReply = { readonly report: Report } | { readonly failure: string };

parentPort?.on("message", (task: ReportTask) => {
  parentPort?.postMessage(replyTo(task));
});

function replyTo(task: ReportTask): ReportReply {
  try {
    return { report: createReport({ ...task, random: systemRandom }) };
  } catch (error) {
    return { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
