import {
  createOverview,
  createReport,
  type GuardInput,
  type GuardLook,
  guardRollout,
  type JudgedInput,
  type Overview,
  type Report,
  type ReportInput,
} from "@understudy/evaluation";
import { answerTasks, systemRandom } from "@understudy/runtime";

/** What the thread is asked for; a function would not survive the way. */
export type ReportTask = Omit<ReportInput, "random">;
export type Task =
  | { readonly kind: "report"; readonly input: ReportTask }
  | { readonly kind: "overview"; readonly input: JudgedInput }
  | { readonly kind: "guards"; readonly input: GuardInput };

export type ReportReply =
  | { readonly report: Report }
  | { readonly overview: Overview }
  | { readonly guards: GuardLook }
  | { readonly failure: string };

answerTasks(replyTo);

function replyTo(task: Task): ReportReply {
  try {
    switch (task.kind) {
      case "report":
        return { report: createReport({ ...task.input, random: systemRandom }) };
      case "overview":
        return { overview: createOverview(task.input) };
      case "guards":
        return { guards: guardRollout(task.input) };
    }
  } catch (error) {
    return { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
