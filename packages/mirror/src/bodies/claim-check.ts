import type { Clock } from "@understudy/runtime";
import { promisify } from "node:util";
import { constants, zstdCompress, zstdCompressSync, zstdDecompress } from "node:zlib";
import type { BodyHold, BodyStore } from "./body-store.ts";
import { bodyTextOf, textsInBody } from "./body-text.ts";
import { type Envelope, orUnreadable, textsOf, type Ticket, withTexts } from "../job/envelope.ts";
import { unpacked } from "../job/job-data.ts";
import type { MirrorJob } from "../job/mirror-job.ts";

export type BodyTicket = Ticket & { readonly body: string };

/** Large texts leave a job before it goes on the queue, and wait beside it: once for each request, compressed. */
export interface ClaimCheck {
  /** Stores the body, and gives the ticket that goes on the queue. Rejects when it is not certain that it is stored. */
  handIn(job: MirrorJob): Promise<object>;
  /** The job as it was; null when its body is gone. Rejects when that is not certain, and as the envelope does. */
  fetch(ticket: BodyTicket): Promise<MirrorJob | null>;
  /** The job has ended and has left the queue. */
  ended(data: unknown): Promise<void>;
  /** The job is kept among the failed ones of this queue, and could be tried again. */
  failed(data: unknown, queue: string): Promise<void>;
}

export interface ClaimCheckOptions {
  readonly bodies: BodyStore;
  readonly envelope: Envelope;
  readonly clock: Clock;
}

/** Bytes of request and answer above which they are handed in: below, a second way would cost more than it saves. */
export const CLAIM_CHECK_BYTES = 32 * 1024;

/** After a job's last moment: for failed jobs, which a person may try again, and for what was late to be added. */
const KEPT_AFTER_EXPIRY_MS = 86_400_000;

/** No body that was let in is larger; one that says it is was made to exhaust this process. */
const LARGEST_BODY_BYTES = 256 * 1024 ** 2;

/** Without a checksum a damaged body could come out as another text. A higher level takes longer than what it saves. */
const CHECKED = { params: { [constants.ZSTD_c_checksumFlag]: 1, [constants.ZSTD_c_compressionLevel]: 1 } };

/** Up to so many characters the way to the thread pool and back costs more than compressing takes: 0.1 ms for 50 KB. */
const AT_ONCE = 256 * 1024;

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

export function createClaimCheck({ bodies, envelope, clock }: ClaimCheckOptions): ClaimCheck {
  /** Jobs of one request share their primary's record, and so the work on its body. */
  const made = new WeakMap<MirrorJob["primary"], Promise<Buffer>>();

  async function makeBody(job: MirrorJob): Promise<Buffer> {
    const text = bodyTextOf(textsOf(job));
    const bytes = text.length <= AT_ONCE ? zstdCompressSync(text, CHECKED) : await compress(text, CHECKED);
    return envelope.wrapBody(job.request_id, bytes);
  }

  function bodyOf(job: MirrorJob): Promise<Buffer> {
    const known = made.get(job.primary);
    if (known !== undefined) return known;
    const making = makeBody(job);
    made.set(job.primary, making);
    return making;
  }

  const keepMs = (expiresAt: number): number => Math.max(0, expiresAt - clock.now()) + KEPT_AFTER_EXPIRY_MS;

  return {
    async handIn(job) {
      const hold = { key: job.request_id, holder: job.pair_id };
      await bodies.put(hold, await bodyOf(job), keepMs(job.expires_at));
      return envelope.wrapTicket(job, job.request_id);
    },
    async fetch(ticket) {
      await orUnreadable(() => envelope.vouch(ticket));
      const bytes = await bodies.get(ticket.body);
      if (bytes === null) return null;
      return orUnreadable(async () => {
        const plain = envelope.unwrapBody(ticket.body, bytes);
        const text = await decompress(plain, { maxOutputLength: LARGEST_BODY_BYTES });
        return withTexts(ticket, textsInBody(text.toString()));
      });
    },
    async ended(data) {
      const hold = holdOf(data);
      if (hold !== null) await bodies.release(hold);
    },
    async failed(data, queue) {
      const hold = holdOf(data);
      if (hold !== null) await bodies.keepFailed(hold, queue);
    },
  };
}

/** Whether the job's texts are handed in. The same for all jobs of a request. */
export function isLarge({ request, primary: { answer } }: MirrorJob): boolean {
  if (request.length > CLAIM_CHECK_BYTES) return true;
  let bytes = Buffer.byteLength(request) + Buffer.byteLength(answer?.text ?? "");
  for (const call of answer?.tool_calls ?? []) bytes += Buffer.byteLength(call.arguments);
  return bytes > CLAIM_CHECK_BYTES;
}

/** A ticket for another request's body is none. */
export function isBodyTicket(value: unknown): value is BodyTicket {
  if (typeof value !== "object" || value === null) return false;
  const { version, body, request_id, pair_id } = value as Partial<BodyTicket>;
  return (
    (version === 2 || version === 3) && typeof body === "string" && body === request_id && typeof pair_id === "string"
  );
}

function holdOf(data: unknown): BodyHold | null {
  try {
    const value = unpacked(data);
    return isBodyTicket(value) ? { key: value.body, holder: value.pair_id } : null;
  } catch {
    return null;
  }
}
