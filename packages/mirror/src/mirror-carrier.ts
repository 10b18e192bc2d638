import type { Clock } from "@understudy/runtime";
import type { BodyStore } from "./body-store.ts";
import { type ClaimCheck, createClaimCheck, isBodyTicket, isLarge } from "./claim-check.ts";
import { createEnvelope, orUnreadable } from "./envelope.ts";
import { failureOf, type JobCarrier, noteOrNull, remainsOf, type Unloaded, unloaded } from "./job-carrier.ts";
import type { MirrorJob } from "./mirror-job.ts";
import type { QueueKeys } from "./queue-keys.ts";

/** Mirror jobs: what is large goes beside the queue, and with keys all texts are sealed. */
export interface MirrorCarrier extends JobCarrier<MirrorJob>, Pick<ClaimCheck, "renew"> {}

export interface MirrorCarrierOptions {
  readonly bodies: BodyStore;
  /** Null keeps texts in plain text. */
  readonly keys: QueueKeys | null;
  readonly clock: Clock;
}

export function createMirrorCarrier({ bodies, keys, clock }: MirrorCarrierOptions): MirrorCarrier {
  const envelope = createEnvelope(keys);
  const claimCheck = createClaimCheck({ bodies, envelope, clock });

  async function read(value: unknown): Promise<Unloaded<MirrorJob>> {
    const job = isBodyTicket(value) ? await claimCheck.fetch(value) : await orUnreadable(() => envelope.unwrap(value));
    return job === null ? { kind: "lost", data: value, reason: "body_expired" } : { kind: "readable", job };
  }

  return {
    name: "mirror",
    idOf: ({ pair_id }) => pair_id,
    traceparentOf: ({ logging }) => logging?.traceparent ?? null,
    load: (jobs) =>
      Promise.all(jobs.map((job) => (isLarge(job) ? claimCheck.handIn(job) : Promise.resolve(envelope.wrap(job))))),
    unload: (data) => unloaded(remainsOf(data), read, clock),
    loadNote: (job, note) => envelope.wrapNote(job.pair_id, note),
    unloadNote: (data, note) => noteOrNull(() => envelope.unwrapNote((remainsOf(data) as MirrorJob).pair_id, note)),
    renew: (data, expiresAt) => claimCheck.renew(data, expiresAt),
    ended: (data) => claimCheck.ended(data),
    failed: (data, queue) => claimCheck.failed(data, queue),
    remains: remainsOf,
    failure: (verdict) => failureOf(verdict, envelope),
  };
}
