import { type Clock, within } from "@understudy/runtime";
import { type Api, faultOfWhole, isWholeAnswer } from "@understudy/apis";
import { type Chunks, joined, textOf } from "./chunks.ts";
import { AnswerTooLargeError, ErrorInAnswer, NoAnswerError } from "../transport/failure.ts";
import { ConnectionError, type TransportResponse } from "../transport/transport.ts";

/** Error bodies are read up to here: they go to the client whole, and bounded whatever a provider sends. */
const MAX_ERROR_BYTES = 256 * 1024;

/** A plain answer is held in memory before it is passed on, so it must end somewhere. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** What is whole may still lack its end: after so long with nothing more it is taken as it is. */
const SILENCE_MS = 1_000;
/** Whether it is whole is looked at so often and no more. */
const MOST_LOOKS = 3;

const MAY_CLOSE = /[}\]]\s*$/;
const TAIL_BYTES = 16;

export interface WholeAnswer {
  readonly bytes: Uint8Array;
  /** Monotonic milliseconds at which its last byte came. */
  readonly arrivedAt: number;
  /** The provider said all and did not end: its connection is to be given up. */
  readonly leftOpen: boolean;
}

export interface ReadingDeps {
  readonly api: Api;
  readonly clock: Clock;
  /** Bytes after which the body ends by itself; null where its sender did not say. */
  readonly length: number | null;
}

/**
 * The whole of a plain answer; `begun` has been read of it already. Throws `ErrorInAnswer` when it is an error,
 * `NoAnswerError` when it is none at all, `AnswerTooLargeError` when it has no end.
 */
export async function readWhole(
  source: AsyncIterator<Uint8Array>,
  { api, clock, length }: ReadingDeps,
  begun: Chunks = [],
): Promise<WholeAnswer> {
  const chunks = [...begun];
  let bytes = begun.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  let arrivedAt = clock.monotonic();
  let looks = 0;
  let leftOpen = false;
  while (!leftOpen) {
    const coming = source.next();
    const mayStayOpen = looks < MOST_LOOKS && bytes !== length && mayBeWhole(chunks.at(-1));
    let next = mayStayOpen ? await within(coming, SILENCE_MS, clock) : await coming;
    if (next === null) {
      looks += 1;
      leftOpen = isWholeAnswer(api, joined(chunks));
      if (leftOpen) break;
      next = await coming;
    }
    if (next.done === true) break;
    chunks.push(next.value);
    bytes += next.value.byteLength;
    arrivedAt = clock.monotonic();
    if (bytes > MAX_ANSWER_BYTES) throw new AnswerTooLargeError(MAX_ANSWER_BYTES);
  }
  const whole = joined(chunks);
  const fault = faultOfWhole(api, whole);
  if (fault?.kind === "error") throw new ErrorInAnswer(fault.body);
  if (fault?.kind === "nothing") throw new NoAnswerError(fault.why);
  return { bytes: whole, arrivedAt, leftOpen };
}

function mayBeWhole(last: Uint8Array | undefined): boolean {
  return last !== undefined && MAY_CLOSE.test(textOf([last.subarray(-TAIL_BYTES)], TAIL_BYTES));
}

/** An error's body as far as it came: the status says most of it already. */
export async function readErrorBody(response: TransportResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body) {
      chunks.push(chunk);
      bytes += chunk.byteLength;
      if (bytes >= MAX_ERROR_BYTES) break;
    }
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
  }
  return textOf(chunks, MAX_ERROR_BYTES);
}
