import type { CallRecord } from "@understudy/contracts";
import { packed, unpacked } from "./job-data.ts";
import type { MirrorJob } from "./mirror-job.ts";
import { parseMirrorJob } from "./parse-mirror-job.ts";
import { type QueueKeys, TamperedError, UnknownQueueKeyError, UnsealedError } from "./queue-keys.ts";
import { createSealing, isSealed, type Sealed } from "./sealing.ts";

/** All of a job that a person or a model has written, or that may quote it. */
export type Texts = Pick<MirrorJob, "request"> & Pick<CallRecord, "answer" | "error" | "attempts">;

/**
 * A job without its texts: they are sealed beside it, or lie in the body store under its request's id. The version is
 * another than a whole job's, so that a worker of before refuses it instead of calling with an empty request: 2 where
 * nobody vouches for the fields, 3 where `sealed` opens with exactly these.
 */
export type Ticket = Omit<MirrorJob, "version"> & { readonly version: 2 | 3 } & (
    | { readonly sealed: string; readonly body?: string }
    | { readonly body: string; readonly sealed?: string }
  );

/**
 * How jobs, bodies and notes look outside this process: in plain text without keys. With them all texts are sealed, and
 * whatever stays readable beside a text is authenticated with it: altered by one character, it does not open.
 */
export interface Envelope {
  /** What can be kept for the job anywhere JSON can: the job itself, or a ticket with its texts sealed. */
  wrap(job: MirrorJob): object;
  /** The job. Throws `UnknownQueueKeyError`, or anything else for what is no job that was wrapped. */
  unwrap(data: unknown): MirrorJob;
  /** A ticket for the body of that key, which its texts went to. */
  wrapTicket(job: MirrorJob, body: string): object;
  /** What is left of a job or ticket without its texts, when nobody may read them any more. */
  wrapSpent(job: MirrorJob | Ticket): object;
  /** Throws, as `unwrap` does, where the job or ticket is not, field by field, what was wrapped. */
  vouch(data: unknown): void;
  wrapNote(pairId: string, note: object): object;
  unwrapNote(pairId: string, data: unknown): unknown;
  wrapBody(requestId: string, bytes: Buffer): Buffer;
  unwrapBody(requestId: string, bytes: Uint8Array): Uint8Array;
  /** Whether texts are hidden from whoever reads the queue. */
  readonly seals: boolean;
}

/** What no wait will make readable. */
export class UnreadableError extends Error {
  constructor(cause: unknown) {
    super("what was queued cannot be read", { cause });
    this.name = "UnreadableError";
  }
}

/** Whatever goes wrong in reading is `UnreadableError`, but for a key that is missing, which may be put in place. */
export async function orUnreadable<T>(read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof UnknownQueueKeyError || error instanceof UnsealedError) throw error;
    throw new UnreadableError(error);
  }
}

/** Whether a body is sealed shows in its first byte, so that keys can be set and taken away while bodies wait. */
const PLAIN = 0;
const SEALED = 1;

/** `null` seals nothing, and says of what is sealed that the key is missing. */
export function createEnvelope(keys: QueueKeys | null): Envelope {
  const sealing = createSealing(keys);
  return {
    seals: keys !== null,
    wrap(job) {
      if (keys === null) return packed(job);
      return sealing.sealedBeside(keys, textsOf(job), { ...withoutTexts(job), version: 3 });
    },
    unwrap(data) {
      const value = unpacked(data);
      if (isTicket(value, 3)) return withTexts(value, sealing.openBeside(value));
      if (isTicket(value, 2))
        return sealing.unsealed(() => withTexts(value, sealing.openJson(value.sealed, `job ${value.pair_id}`)));
      return sealing.unsealed(() => parseMirrorJob(value));
    },
    wrapTicket(job, body) {
      const open = { ...withoutTexts(job), body };
      return keys === null ? packed(open) : sealing.sealedBeside(keys, null, { ...open, version: 3 });
    },
    wrapSpent(job) {
      const { sealed: _sealed, body: _body, ...open } = { ...withoutTexts(job), spent: true } as Partial<Ticket>;
      return keys === null ? packed(open) : sealing.sealedBeside(keys, null, { ...open, version: 3 });
    },
    vouch(data) {
      const value = unpacked(data);
      if (isTicket(value, 3)) sealing.openBeside(value);
      else sealing.unsealed(() => undefined);
    },
    wrapNote: (pairId, note) =>
      keys === null ? packed(note) : { sealed: sealing.sealJson(keys, note, `note ${pairId}`) },
    unwrapNote: (pairId, data) =>
      isSealed(data) ? sealing.openJson(data.sealed, `note ${pairId}`) : sealing.unsealed(() => unpacked(data)),
    wrapBody: (requestId, bytes) =>
      keys === null
        ? Buffer.concat([Buffer.from([PLAIN]), bytes])
        : Buffer.concat([Buffer.from([SEALED]), keys.seal(bytes, `body ${requestId}`)]),
    unwrapBody(requestId, bytes) {
      const inner = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).subarray(1);
      if (bytes[0] === PLAIN) return sealing.unsealed(() => inner);
      if (bytes[0] === SEALED) return sealing.openBytes(inner, `body ${requestId}`);
      throw new TamperedError();
    },
  };
}

export function textsOf({ request, primary: { answer, error, attempts } }: MirrorJob): Texts {
  return { request, answer, error, attempts };
}

/** What is left when the texts go another way: whose job it is, and figures enough to write an outcome from. */
function withoutTexts(job: MirrorJob | Ticket): Omit<Ticket, "sealed" | "body"> {
  const { error, attempts } = job.primary;
  const primary: CallRecord = {
    ...job.primary,
    answer: null,
    error: error === null ? null : { ...error, message: "", type: null, code: null, param: null },
    attempts: attempts.map((attempt) => ({ ...attempt, message: null })),
  };
  return { ...job, version: 2, request: "", primary };
}

/** The job again. Throws where the two together are none. */
export function withTexts(ticket: Ticket, texts: unknown): MirrorJob {
  const { request, answer, error, attempts } = texts as Texts;
  const { sealed: _sealed, body: _body, ...rest } = ticket;
  return parseMirrorJob({ ...rest, version: 1, request, primary: { ...rest.primary, answer, error, attempts } });
}

function isTicket(value: unknown, version: 2 | 3): value is Ticket & Sealed {
  return isSealed(value) && (value as { version?: unknown }).version === version;
}
