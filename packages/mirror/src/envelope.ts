import type { CallRecord } from "@understudy/router";
import { packed, unpacked } from "./job-data.ts";
import { type MirrorJob, parseMirrorJob } from "./mirror-job.ts";
import { type QueueKeys, sealedUnder, TamperedError, UnknownQueueKeyError } from "./queue-keys.ts";

/** All of a job that a person or a model has written, or that may quote it. */
export type Texts = Pick<MirrorJob, "request"> & Pick<CallRecord, "answer" | "error" | "attempts">;

/**
 * A job without its texts: they are sealed beside it, or lie in the body store under its request's id. The version is
 * another than a whole job's, so that a worker of before refuses it instead of calling with an empty request.
 */
export type Ticket = Omit<MirrorJob, "version"> & { readonly version: 2 } & (
    | { readonly sealed: string }
    | { readonly body: string }
  );

/** How jobs, bodies and notes look outside this process: in plain text without keys, and sealed with them. Pure. */
export interface Envelope {
  /** What can be kept for the job anywhere JSON can: the job itself, or a ticket with its texts sealed. */
  wrap(job: MirrorJob): object;
  /** The job. Throws `UnknownQueueKeyError`, or anything else for what is no job that was wrapped. */
  unwrap(data: unknown): MirrorJob;
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

/** Whatever goes wrong in reading is `UnreadableError`, but for a key that is missing: that may be put in place. */
export async function orUnreadable<T>(read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof UnknownQueueKeyError) throw error;
    throw new UnreadableError(error);
  }
}

/** Whether a body is sealed shows in its first byte, so that keys can be set and taken away while bodies wait. */
const PLAIN = 0;
const SEALED = 1;

/** `null` seals nothing, and says of what is sealed that the key is missing. */
export function createEnvelope(keys: QueueKeys | null): Envelope {
  const sealJson = (value: object, context: string): string | null =>
    keys === null ? null : keys.seal(Buffer.from(JSON.stringify(value)), context).toString("base64");

  function openBytes(sealed: Buffer, context: string): Buffer {
    if (keys === null) throw new UnknownQueueKeyError(sealedUnder(sealed));
    return keys.open(sealed, context);
  }

  const openJson = (sealed: string, context: string): unknown =>
    JSON.parse(openBytes(Buffer.from(sealed, "base64"), context).toString()) as unknown;

  return {
    seals: keys !== null,
    wrap(job) {
      const sealed = sealJson(textsOf(job), `job ${job.pair_id}`);
      return packed(sealed === null ? job : { ...withoutTexts(job), sealed });
    },
    unwrap(data) {
      const value = unpacked(data);
      if (!isSealedTicket(value)) return parseMirrorJob(value);
      return withTexts(value, openJson(value.sealed, `job ${value.pair_id}`));
    },
    wrapNote(pairId, note) {
      const sealed = sealJson(note, `note ${pairId}`);
      return sealed === null ? packed(note) : { sealed };
    },
    unwrapNote(pairId, data) {
      return isSealedNote(data) ? openJson(data.sealed, `note ${pairId}`) : unpacked(data);
    },
    wrapBody: (requestId, bytes) =>
      keys === null
        ? Buffer.concat([Buffer.from([PLAIN]), bytes])
        : Buffer.concat([Buffer.from([SEALED]), keys.seal(bytes, `body ${requestId}`)]),
    unwrapBody(requestId, bytes) {
      const inner = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).subarray(1);
      if (bytes[0] === PLAIN) return inner;
      if (bytes[0] === SEALED) return openBytes(inner, `body ${requestId}`);
      throw new TamperedError();
    },
  };
}

export function textsOf({ request, primary: { answer, error, attempts } }: MirrorJob): Texts {
  return { request, answer, error, attempts };
}

/** What is left when the texts go another way: whose job it is, and figures enough to write an outcome from. */
export function withoutTexts(job: MirrorJob): Omit<Ticket, "sealed" | "body"> {
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
  const { sealed: _sealed, body: _body, ...rest } = ticket as Ticket & { sealed?: string; body?: string };
  return parseMirrorJob({ ...rest, version: 1, request, primary: { ...rest.primary, answer, error, attempts } });
}

function isSealedTicket(value: unknown): value is Ticket & { readonly sealed: string } {
  return isSealedNote(value) && (value as { version?: unknown }).version === 2;
}

function isSealedNote(value: unknown): value is { readonly sealed: string } {
  return typeof value === "object" && value !== null && typeof (value as { sealed?: unknown }).sealed === "string";
}
