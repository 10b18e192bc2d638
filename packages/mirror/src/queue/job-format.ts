import type { Clock } from "@understudy/runtime";
import { type Envelope, orUnreadable, UnreadableError } from "../job/envelope.ts";
import { storableMessage, unpacked } from "../job/job-data.ts";
import { UnknownQueueKeyError, UnsealedError } from "../job/queue-keys.ts";
import type { LossReason, DeliveryOutcome } from "./queues.ts";

/** Takes jobs of one kind across a queue, and knows what they look like on it. */
export interface JobFormat<Job> {
  /** What BullMQ calls such a job. */
  readonly name: string;
  /** The pair's id: a pair has one job of a kind, however often it is added. */
  idOf(job: Job): string;
  /** W3C trace context of the span that the job comes from; null for none. */
  traceparentOf(job: Job): string | null;
  /** What goes on the queue for these jobs. Rejects when it is not certain that what goes beside it is stored. */
  load(jobs: readonly Job[]): Promise<readonly object[]>;
  /** The job of what came off the queue. Rejects when that cannot be said now. */
  unload(queued: Queued): Promise<Unloaded<Job>>;
  loadNote(job: Job, note: object): object;
  /** What can be read of the job without its body, and trusted; null where that is nothing. */
  remains(data: unknown): unknown;
  /** What an earlier delivery left with a job that nobody will handle, as far as it can be had; else null. */
  lastNote(queued: Queued): unknown;
  /** What may be kept of a job that has failed for good, where its texts may not; null where they may. */
  spent(data: unknown): object | null;
  /** Why it failed, as the queue may keep it: with keys, nothing that may quote a text. */
  failure(outcome: Failure): string;
  /** The job has ended and has left the queue. */
  ended(data: unknown): Promise<void>;
  /** The job is kept among the failed ones of this queue, and could be tried again. */
  failed(data: unknown, queue: string): Promise<void>;
}

type Failure = Extract<DeliveryOutcome, { kind: "failed" }>;

/** What lies on the queue. */
export interface Queued {
  /** What the queue itself knows the job by. */
  readonly id: string;
  readonly data: unknown;
  /** What an earlier delivery left with it; null for nothing. */
  readonly note: unknown;
}

export type Unloaded<Job> =
  | { readonly kind: "readable"; readonly job: Job; readonly memory: unknown }
  | LostJob
  /** Whoever has the key can read it. */
  | { readonly kind: "locked"; readonly error: UnknownQueueKeyError };

/** Nobody will ever read it. `data` is what is left of it and can be trusted; null for nothing. */
export interface LostJob {
  readonly kind: "lost";
  readonly data: unknown;
  readonly reason: LossReason;
}

/** What has to be known of a kind of jobs to take them off a queue. */
export interface Unloading<Job> {
  /** Null where its body is gone. */
  readonly read: (value: unknown) => Promise<Job | null>;
  readonly idOf: (job: Job) => string;
  readonly remains: (data: unknown) => unknown;
  readonly envelope: Pick<Envelope, "unwrapNote" | "seals">;
  readonly clock: Clock;
}

/** The job, and what was left with it. What lacks its key waits for it until the job has expired. */
export async function unloaded<Job>(queued: Queued, unloading: Unloading<Job>): Promise<Unloaded<Job>> {
  const { read, idOf, remains, envelope, clock } = unloading;
  const lost = (reason: LossReason): LostJob => ({ kind: "lost", data: remains(queued.data), reason });
  const value = remainsOf(queued.data);
  try {
    const job = await read(value);
    if (job === null) return lost("body_expired");
    // A copy under another id would be called, and paid for, once more.
    if (idOf(job) !== queued.id) return { kind: "lost", data: null, reason: "unreadable_job" };
    return { kind: "readable", job, memory: await memoryOf(queued, envelope) };
  } catch (error) {
    if (error instanceof UnreadableError) return lost("unreadable_job");
    if (error instanceof UnsealedError) return lost("unsealed_job");
    if (!(error instanceof UnknownQueueKeyError)) throw error;
    return waitsForKey(value, clock) ? { kind: "locked", error } : lost("unknown_queue_key");
  }
}

/** Nobody vouches for what stands beside a text whose key is missing: it may be anything. */
function waitsForKey(value: unknown, clock: Clock): boolean {
  const { expires_at } = value as { expires_at?: unknown };
  return typeof expires_at === "number" && clock.now() <= expires_at;
}

/**
 * A note may hold an answer that was paid for: so a missing key is waited for, and where notes are sealed one that was
 * altered is as bad as an altered job. Without keys one that cannot be read counts as none.
 */
async function memoryOf({ id, note }: Queued, envelope: Pick<Envelope, "unwrapNote" | "seals">): Promise<unknown> {
  if (note === null) return null;
  try {
    return await orUnreadable(() => envelope.unwrapNote(id, note));
  } catch (error) {
    if (envelope.seals || error instanceof UnknownQueueKeyError) throw error;
    return null;
  }
}

export function lastNoteOf({ id, note }: Queued, envelope: Pick<Envelope, "unwrapNote">): unknown {
  try {
    return note === null ? null : envelope.unwrapNote(id, note);
  } catch {
    return null;
  }
}

/** The data itself where it is what was wrapped, as far as can be told; else null. */
export function vouchedFor(data: unknown, vouch: (data: unknown) => void): unknown {
  try {
    vouch(data);
    return unpacked(data);
  } catch {
    return null;
  }
}

export function remainsOf(data: unknown): unknown {
  try {
    return unpacked(data);
  } catch {
    return data;
  }
}

const WITHHELD = "more stands in its pair: what is queued is encrypted";

export function failureOf({ code, message }: Failure, envelope: Pick<Envelope, "seals">): string {
  return storableMessage(envelope.seals ? `${code ?? "failed"} (${WITHHELD})` : message);
}
