import { AnswerTooLargeError, ErrorInAnswer } from "./failure.ts";
import { ConnectionError, type TransportResponse } from "./transport.ts";

type Chunks = readonly Uint8Array[];

/** Error bodies are read up to here: enough for a message, bounded whatever a provider sends. */
const MAX_ERROR_BYTES = 64 * 1024;

/** A plain answer is held in memory before it is passed on, so it must end somewhere. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** Enough of an answer to see whether it begins as an error does. */
const HEAD_BYTES = 64;

const ERROR_EVENT =
  /^(?:event: ?error\r?\n|data: ?\{\s*"error"\s*:\s*[{"]|data: ?\{\s*"type"\s*:\s*"error"|\{\s*"error"\s*:\s*[{"])/;
const ERROR_BODY = /^\s*\{\s*"error"\s*:\s*[{"]/;
const EVENT_END = /\r?\n\r?\n/;
/** First letters of `event`, `data` and an object. A comment, which keeps a connection alive, is passed on at once. */
const MAY_BE_ERROR = /^[ed{]/;

/** The whole of a plain answer. Throws `ErrorInAnswer` when it is an error, `AnswerTooLargeError` when it has no end. */
export async function readWhole(source: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for (let next = await source.next(); next.done !== true; next = await source.next()) {
    chunks.push(next.value);
    bytes += next.value.byteLength;
    if (bytes > MAX_ANSWER_BYTES) throw new AnswerTooLargeError(MAX_ANSWER_BYTES);
  }
  if (ERROR_BODY.test(textOf(chunks, HEAD_BYTES))) throw new ErrorInAnswer(textOf(chunks, MAX_ERROR_BYTES));
  return joined(chunks);
}

/**
 * Reads a stream until it is certain that it does not begin with an error, which is nearly always its first chunk.
 * Throws `ErrorInAnswer` when it does, `ConnectionError` when there is nothing in it.
 */
export async function readOpening(source: AsyncIterator<Uint8Array>): Promise<Chunks> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for (let next = await source.next(); next.done !== true; next = await source.next()) {
    if (next.value.byteLength === 0) continue;
    chunks.push(next.value);
    bytes += next.value.byteLength;
    const head = textOf(chunks, HEAD_BYTES);
    if (ERROR_EVENT.test(head)) {
      const text = textOf(chunks, MAX_ERROR_BYTES);
      if (EVENT_END.test(text) || bytes >= MAX_ERROR_BYTES) throw new ErrorInAnswer(dataOf(text));
    } else if (bytes >= HEAD_BYTES || EVENT_END.test(head) || !MAY_BE_ERROR.test(head)) return chunks;
  }
  if (chunks.length === 0) throw new ConnectionError(new Error("the stream ended before it began"));
  const text = textOf(chunks, MAX_ERROR_BYTES);
  if (ERROR_EVENT.test(text)) throw new ErrorInAnswer(dataOf(text));
  return chunks;
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

/** The data of the first event; of a text that is none, all of it. */
function dataOf(text: string): string {
  const [event = ""] = text.split(EVENT_END, 1);
  const data = event.split(/\r?\n/).filter((line) => line.startsWith("data:"));
  return data.length === 0 ? text : data.map((line) => line.slice(5).trimStart()).join("\n");
}

function textOf(chunks: Chunks, maxBytes: number): string {
  const [only] = chunks;
  // Looked at in place: every stream passes here.
  const bytes =
    chunks.length === 1 && only !== undefined
      ? Buffer.from(only.buffer, only.byteOffset, only.byteLength)
      : Buffer.concat(chunks);
  return bytes.toString("utf8", 0, maxBytes);
}

function joined(chunks: Chunks): Uint8Array {
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
}
