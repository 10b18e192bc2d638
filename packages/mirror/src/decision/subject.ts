import { type RequestNames, viewRequest } from "@understudy/apis";
import { shortHash } from "@understudy/runtime";
import type { MirrorJob } from "../job/mirror-job.ts";
import { requestOf } from "../job/request-of.ts";

/** Who and what a request says it is of, each as `subjectHash` has it. */
export interface Subject {
  readonly users: readonly string[];
  readonly sessions: readonly string[];
}

/** As a session's header is hashed when its job is made. */
export function subjectHash(name: string): string {
  return shortHash(name, 16);
}

/** The users and sessions that a request names. `session` is a header's, hashed already. */
export function subjectOf({ users, sessions }: RequestNames, session: string | null): Subject {
  return { users: hashesOf(users), sessions: [...hashesOf(sessions), ...(session === null ? [] : [session])] };
}

/** The same of a job; nobody, where its request cannot be read. */
export function subjectOfJob(job: Pick<MirrorJob, "request" | "session" | "primary">): Subject {
  return subjectOf(viewRequest(job.primary.operation, requestOf(job)).names, job.session ?? null);
}

function hashesOf(names: readonly string[]): readonly string[] {
  return names.map(subjectHash);
}
