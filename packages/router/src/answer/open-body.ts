import { type Clock, within } from "@understudy/runtime";
import type { Api, WireObject } from "@understudy/apis";
import type { CallLimits } from "./call-limits.ts";
import { CallAbortedError, errorInside } from "../transport/failure.ts";
import type { CallError } from "@understudy/contracts";
import { readWhole, type ReadingDeps } from "./read-answer-body.ts";
import { type Opening, readOpening } from "./read-opening.ts";
import type { TransportResponse } from "../transport/transport.ts";

/** An answer's body: a plain one is here whole. `chunks` must be read to its end or left: either releases the call. */
export type OpenBody =
  | { readonly whole: Uint8Array; readonly arrivedAt: number }
  | { readonly chunks: AsyncGenerator<Uint8Array, void, void> };

export interface Reading {
  readonly api: Api;
  /** The request. */
  readonly body: WireObject;
  readonly stream: boolean;
  /** False: nobody waits for the bytes themselves, and the answer is over at its end mark. */
  readonly passedOn: boolean;
  readonly limits: CallLimits;
  readonly clock: Clock;
  /** Gives the call's place back. May be called more than once. */
  readonly release: () => void;
  /** Told of an error that came when the answer had begun. */
  readonly failedInside: (error: CallError) => void;
}

/**
 * Waits for the beginning of a stream, or for the whole of a plain body, so that a provider that breaks before then
 * can still be replaced by another without the client knowing.
 */
export async function openBody(response: TransportResponse, reading: Reading): Promise<OpenBody> {
  const source = response.body[Symbol.asyncIterator]();
  const { limits, release } = reading;
  const length = lengthOf(response);
  if (reading.stream) {
    const opening = await readOpening(source, reading.api);
    limits.firstByteArrived();
    if (!opening.isWhole) return { chunks: rest(opening, source, reading) };
    const { bytes } = await wholeOf(source, { ...reading, length }, opening.chunks);
    return { chunks: justOne(bytes) };
  }
  const { bytes, arrivedAt } = await wholeOf(source, { ...reading, length });
  release();
  return { whole: bytes, arrivedAt };
}

/** As its sender declared it: HTTP ends the body there, whatever the connection does. */
function lengthOf({ headers }: TransportResponse): number | null {
  const { "content-length": length, "transfer-encoding": encoding } = headers;
  return length === undefined || encoding !== undefined ? null : Number(length);
}

async function wholeOf(
  source: AsyncIterator<Uint8Array>,
  reading: Reading & Pick<ReadingDeps, "length">,
  begun?: Opening["chunks"],
) {
  const whole = await readWhole(source, reading, begun);
  if (whole.leftOpen) reading.limits.abort(new CallAbortedError(LEFT_OPEN));
  reading.release();
  return whole;
}

async function* justOne(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  yield bytes;
}

const LEFT_OPEN = "the answer was over and its connection was not";

/**
 * How long an answer that has said its last word is waited for to end, by what it has said: nothing comes after the end
 * mark, but usage may come some time after a finish. A client that gets the bytes themselves is given more of it.
 */
const SILENCE_MS = { done: 1_000, failed: 1_000, counted: 1_000, finished: 3_000, going: null } as const;
const SILENCE_PASSED_ON_MS = { ...SILENCE_MS, failed: 3_000, counted: 3_000, finished: 10_000 } as const;

async function* rest(
  { chunks }: Opening,
  source: AsyncIterator<Uint8Array>,
  reading: Reading,
): AsyncGenerator<Uint8Array, void, void> {
  const { limits, release, clock } = reading;
  const end = reading.api.watchEnd(reading.body);
  let lastSaid = clock.monotonic();
  let ended = false;
  const take = (chunk: Uint8Array): Uint8Array => {
    if (end.push(chunk)) lastSaid = clock.monotonic();
    return chunk;
  };
  try {
    for (const chunk of chunks) yield take(chunk);
    while (!ended) {
      if (end.progress === "done") {
        release();
        ended = !reading.passedOn;
        if (ended) void letGo(source, reading);
        if (ended) break;
      }
      const silenceMs = (reading.passedOn ? SILENCE_PASSED_ON_MS : SILENCE_MS)[end.progress];
      const coming = source.next();
      const next =
        silenceMs === null ? await coming : await within(coming, lastSaid + silenceMs - clock.monotonic(), clock);
      ended = next === null || next.done === true;
      if (next === null) limits.abort(new CallAbortedError(LEFT_OPEN));
      else if (next.done !== true) yield take(next.value);
    }
  } finally {
    // A reader that leaves early must not leave the provider generating tokens that someone pays for.
    if (!ended) limits.abort(new CallAbortedError());
    release();
    const error = errorIn(end.errorBytes, reading.api);
    if (error !== null) reading.failedInside(error);
  }
}

/** What comes after an end mark is read for a moment: an answer that ends there leaves its connection to the next call. */
async function letGo(source: AsyncIterator<Uint8Array>, { limits, clock }: Reading): Promise<void> {
  const cancel = clock.after(SILENCE_MS.done, () => limits.abort(new CallAbortedError(LEFT_OPEN)));
  try {
    let bytes = 0;
    for (let next = await source.next(); next.done !== true; next = await source.next()) {
      bytes += next.value.byteLength;
      if (bytes > MOST_BYTES_AFTER_END) limits.abort(new CallAbortedError(LEFT_OPEN));
    }
  } catch {
    // The answer is over, however its connection ends.
  } finally {
    cancel();
  }
}

const MOST_BYTES_AFTER_END = 64 * 1024;

function errorIn(bytes: Uint8Array | null, api: Api): CallError | null {
  const body = bytes === null ? null : api.read(bytes).error_body;
  return body === null ? null : errorInside(body);
}
