import type { GuardInput, GuardLook, JudgedInput, Overview, Report } from "@understudy/evaluation";
import { type Clock, createThreadPool } from "@understudy/runtime";
import type { ReportReply, ReportTask, Task } from "./report-thread.ts";

/** The thread died over the report, or threw. The next report has another thread. */
export class ReportFailure extends Error {
  constructor(why: string, options?: ErrorOptions) {
    super(`the report could not be made: ${why}`, options);
    this.name = "ReportFailure";
  }
}

/** Makes reports on a thread of its own: their bootstrap would hold up every answer that is on its way. */
export interface ReportMaker {
  /** Rejects with `ReportFailure`. */
  make(task: ReportTask): Promise<Report>;
  /** What a list says of one experiment, for which no sample is drawn again and again. */
  overview(input: JudgedInput): Promise<Overview>;
  /** Looks at a rollout's guards, there too: their bounds take milliseconds. */
  guard(input: GuardInput): Promise<GuardLook>;
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
  const pool = createThreadPool<Task, ReportReply>({
    script,
    threads: 1,
    longestMs: LONGEST_MS,
    resourceLimits: {},
    clock,
  });
  async function ask(task: Task): Promise<ReportReply> {
    const reply = await pool.run(task).catch((error: Error) => {
      throw new ReportFailure(error.message, { cause: error });
    });
    if ("failure" in reply) throw new ReportFailure(reply.failure);
    return reply;
  }
  return {
    async make(input) {
      const reply = await ask({ kind: "report", input });
      if ("report" in reply) return reply.report;
      throw new ReportFailure("the thread has answered something else");
    },
    async overview(input) {
      const reply = await ask({ kind: "overview", input });
      if ("overview" in reply) return reply.overview;
      throw new ReportFailure("the thread has answered something else");
    },
    async guard(input) {
      const reply = await ask({ kind: "guards", input });
      if ("guards" in reply) return reply.guards;
      throw new ReportFailure("the thread has answered something else");
    },
    close: () => pool.close(),
  };
}
