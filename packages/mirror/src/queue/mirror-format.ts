import type { Clock } from "@understudy/runtime";
import type { BodyStore } from "../bodies/body-store.ts";
import { createClaimCheck, isBodyTicket, isLarge } from "../bodies/claim-check.ts";
import { createEnvelope, type Envelope, orUnreadable } from "../job/envelope.ts";
import { failureOf, type JobFormat, lastNoteOf, unloaded, vouchedFor } from "./job-format.ts";
import { unpacked } from "../job/job-data.ts";
import type { MirrorJob } from "../job/mirror-job.ts";
import type { QueueKeys } from "../job/queue-keys.ts";

/** When a job was admitted, and its last moment. Epoch milliseconds. */
export type Lease = Pick<MirrorJob, "admitted_at" | "expires_at">;

/** Mirror jobs: what is large goes beside the queue, and with keys all texts are sealed. */
export interface MirrorFormat extends JobFormat<MirrorJob> {
  /** The same job with another lease, and its body kept that long; null when that is gone. Rejects as `unload` does not. */
  renew(data: unknown, lease: Lease): Promise<object | null>;
}

export interface MirrorFormatOptions {
  readonly bodies: BodyStore;
  /** Null keeps texts in plain text. */
  readonly keys: QueueKeys | null;
  readonly clock: Clock;
}

/** Under `metrics_only` nothing is kept that a person or a model wrote, and nobody can try such a job again. */
function spentTicket(data: unknown, envelope: Pick<Envelope, "wrapSpent">): object | null {
  const job = data as MirrorJob | null;
  return job?.payloads === "metrics_only" ? envelope.wrapSpent(job) : null;
}

export function createMirrorFormat({ bodies, keys, clock }: MirrorFormatOptions): MirrorFormat {
  const envelope = createEnvelope(keys);
  const claimCheck = createClaimCheck({ bodies, envelope, clock });

  const read = (value: unknown): Promise<MirrorJob | null> =>
    isBodyTicket(value) ? claimCheck.fetch(value) : orUnreadable(() => envelope.unwrap(value));
  const load = (job: MirrorJob): Promise<object> =>
    isLarge(job) ? claimCheck.handIn(job) : Promise.resolve(envelope.wrap(job));
  const idOf = ({ pair_id }: MirrorJob): string => pair_id;
  const remains = (data: unknown): unknown => vouchedFor(data, (value) => envelope.vouch(value));

  return {
    name: "mirror",
    idOf,
    traceparentOf: ({ logging }) => logging?.traceparent ?? null,
    load: (jobs) => Promise.all(jobs.map(load)),
    unload: (queued) => unloaded(queued, { read, idOf, remains, envelope, clock }),
    loadNote: (job, note) => envelope.wrapNote(job.pair_id, note),
    lastNote: (queued) => lastNoteOf(queued, envelope),
    async renew(data, lease) {
      const job = await read(await orUnreadable(() => unpacked(data)));
      return job === null ? null : load({ ...job, ...lease });
    },
    ended: (data) => claimCheck.ended(data),
    failed: (data, queue) => claimCheck.failed(data, queue),
    remains,
    spent: (data) => spentTicket(remains(data), envelope),
    failure: (outcome) => failureOf(outcome, envelope),
  };
}
