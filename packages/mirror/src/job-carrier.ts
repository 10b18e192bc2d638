import type { Clock } from "@understudy/runtime";
import { type Envelope, UnreadableError } from "./envelope.ts";
import { storableMessage, unpacked } from "./job-data.ts";
import { UnknownQueueKeyError } from "./queue-keys.ts";
import type { LossReason, Verdict } from "./queues.ts";

/** Takes jobs of one kind across a queue, and knows what they look like on it. */
export interface JobCarrier<Job> {
  /** What BullMQ calls such a job. */
  readonly name: string;
  /** The pair's id: a pair has one job of a kind, however often it is added. */
  idOf(job: Job): string;
  /** W3C trace context of the span that the job comes from; null for none. */
  traceparentOf(job: Job): string | null;
  /** What goes on the queue for these jobs. Rejects when it is not certain that what goes beside it is stored. */
  load(jobs: readonly Job[]): Promise<readonly object[]>;
  /** The job of what came off the queue. Rejects when that cannot be said now. */
  unload(data: unknown): Promise<Unloaded<Job>>;
  loadNote(job: Job, note: object): object;
  /** Null for a note that cannot be read. Throws `UnknownQueueKeyError`: it may hold an answer that was paid for. */
  unloadNote(data: unknown, note: unknown): unknown;
  /** What can be read of the job with no key and no body. */
  remains(data: unknown): unknown;
  /** Why it failed, as the queue may keep it: with keys, nothing that may quote a text. */
  failure(verdict: Failure): string;
  /** The job has ended and has left the queue. */
  ended(data: unknown): Promise<void>;
  /** The job is kept among the failed ones of this queue, and could be tried again. */
  failed(data: unknown, queue: string): Promise<void>;
}

type Failure = Extract<Verdict, { kind: "failed" }>;

export type Unloaded<Job> =
  | { readonly kind: "readable"; readonly job: Job }
  | LostJob
  /** Whoever has the key can read it. */
  | { readonly kind: "locked"; readonly error: UnknownQueueKeyError };

/** Nobody will ever read it. `data` is what is left of it. */
export interface LostJob {
  readonly kind: "lost";
  readonly data: unknown;
  readonly reason: LossReason;
}

/** What `read` makes of the value. What lacks its key waits for it until the job has expired. */
export async function unloaded<Job>(
  value: unknown,
  read: (value: unknown) => Promise<Unloaded<Job>>,
  clock: Clock,
): Promise<Unloaded<Job>> {
  try {
    return await read(value);
  } catch (error) {
    if (error instanceof UnreadableError) return { kind: "lost", data: value, reason: "unreadable_job" };
    if (!(error instanceof UnknownQueueKeyError)) throw error;
    const waits = clock.now() <= (value as { expires_at: number }).expires_at;
    return waits ? { kind: "locked", error } : { kind: "lost", data: value, reason: "unknown_queue_key" };
  }
}

export function noteOrNull(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnknownQueueKeyError) throw error;
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
