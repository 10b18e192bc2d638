import type { Clock } from "@understudy/runtime";
import { createEnvelope, orUnreadable } from "../job/envelope.ts";
import { failureOf, type JobFormat, lastNoteOf, unloaded, vouchedFor } from "./job-format.ts";
import { type QueueKeys, TamperedError } from "../job/queue-keys.ts";
import { readReviewJob, type ReviewJob } from "../job/review-job.ts";

export interface ReviewFormatOptions {
  /** Null keeps texts in plain text. */
  readonly keys: QueueKeys | null;
  readonly clock: Clock;
}

/** Review jobs: their texts are bounded and stay with them; with keys the whole job is sealed. */
export function createReviewFormat({ keys, clock }: ReviewFormatOptions): JobFormat<ReviewJob> {
  const envelope = createEnvelope(keys);
  const contextOf = (data: unknown): string => `review ${(data as ReviewJob).pair_id}`;
  const idOf = ({ pair_id }: ReviewJob): string => pair_id;

  function load(job: ReviewJob): object {
    const wrapped = envelope.wrapNote(contextOf(job), job);
    return envelope.seals ? { ...wrapped, pair_id: job.pair_id, expires_at: job.expires_at } : wrapped;
  }

  function read(value: unknown): ReviewJob {
    const job = readReviewJob(envelope.unwrapNote(contextOf(value), value));
    // All of the job is sealed, and this stands beside it once more for who lacks the key.
    if ((value as ReviewJob).expires_at !== job.expires_at) throw new TamperedError();
    return job;
  }

  const remains = (data: unknown): unknown => vouchedFor(data, read);

  return {
    name: "review",
    idOf,
    traceparentOf: () => null,
    load: (jobs) => Promise.resolve(jobs.map(load)),
    unload: (queued) =>
      unloaded(queued, { read: (value) => orUnreadable(() => read(value)), idOf, remains, envelope, clock }),
    loadNote: (job, note) => envelope.wrapNote(job.pair_id, note),
    lastNote: (queued) => lastNoteOf(queued, envelope),
    remains,
    // Nobody tries a review again.
    spent: (data) => ({ pair_id: (vouchedFor(data, read) as ReviewJob | null)?.pair_id ?? null }),
    failure: (outcome) => failureOf(outcome, envelope),
    ended: () => Promise.resolve(),
    failed: () => Promise.resolve(),
  };
}
