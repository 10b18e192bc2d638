import type { Clock } from "@understudy/runtime";
import { createEnvelope, orUnreadable } from "./envelope.ts";
import { failureOf, type JobCarrier, noteOrNull, remainsOf, unloaded } from "./job-carrier.ts";
import type { QueueKeys } from "./queue-keys.ts";
import { readReviewJob, type ReviewJob } from "./review-job.ts";

export interface ReviewCarrierOptions {
  /** Null keeps texts in plain text. */
  readonly keys: QueueKeys | null;
  readonly clock: Clock;
}

/** Review jobs: their texts are bounded and stay with them; with keys the whole job is sealed. */
export function createReviewCarrier({ keys, clock }: ReviewCarrierOptions): JobCarrier<ReviewJob> {
  const envelope = createEnvelope(keys);
  const contextOf = (data: unknown): string => `review ${(data as ReviewJob).pair_id}`;

  function load(job: ReviewJob): object {
    const wrapped = envelope.wrapNote(contextOf(job), job);
    return envelope.seals ? { ...wrapped, pair_id: job.pair_id, expires_at: job.expires_at } : wrapped;
  }

  return {
    name: "review",
    idOf: ({ pair_id }) => pair_id,
    traceparentOf: () => null,
    load: (jobs) => Promise.resolve(jobs.map(load)),
    unload: (data) =>
      unloaded(
        remainsOf(data),
        async (value) => ({
          kind: "readable",
          job: await orUnreadable(() => readReviewJob(envelope.unwrapNote(contextOf(value), value))),
        }),
        clock,
      ),
    loadNote: (job, note) => envelope.wrapNote(job.pair_id, note),
    unloadNote: (data, note) => noteOrNull(() => envelope.unwrapNote((remainsOf(data) as ReviewJob).pair_id, note)),
    remains: remainsOf,
    failure: (verdict) => failureOf(verdict, envelope),
    ended: () => Promise.resolve(),
    failed: () => Promise.resolve(),
  };
}
