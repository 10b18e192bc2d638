import { createReport, type Report, type ReportInput } from "@understudy/evaluation";
import { answerTasks, systemRandom } from "@understudy/runtime";

/** What the thread is asked for; a function would not survive the way. */
export type ReportTask = Omit<ReportInput, "random">;

export type ReportReply = { readonly report: Report } | { readonly failure: string };

answerTasks(replyTo);

function replyTo(task: ReportTask): ReportReply {
  try {
    return { report: createReport({ ...task, random: systemRandom }) };
  } catch (error) {
    return { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
