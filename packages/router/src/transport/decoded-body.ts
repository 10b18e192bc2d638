import { PassThrough, pipeline, Readable, type Transform } from "node:stream";
import zlib from "node:zlib";
import { ConnectionError, type TransportResponse } from "./transport.ts";

const DECODERS: ReadonlyMap<string, () => Transform> = new Map([
  ["gzip", () => zlib.createGunzip()],
  ["x-gzip", () => zlib.createGunzip()],
  ["br", () => zlib.createBrotliDecompress()],
  ["zstd", () => zlib.createZstdDecompress()],
]);

/** No encoding at all, written out. */
const IDENTITY = new Set(["", "identity", "none"]);
const MOST_CODINGS = 4;

/**
 * The response with its body decoded, where a provider compresses what nobody asked it to compress: no call of ours accepts
 * an encoding. A coding that is not known is left as it came.
 */
export function decoded(response: TransportResponse): TransportResponse {
  const given = response.headers["content-encoding"];
  if (given === undefined) return response;
  const codings = given.split(",").map((name) => name.trim().toLowerCase());
  const applied = codings.filter((name) => !IDENTITY.has(name)).toReversed();
  const isKnown = applied.every((name) => name === "deflate" || DECODERS.has(name));
  if (!isKnown || applied.length > MOST_CODINGS) return response;
  const { "content-encoding": _encoding, "content-length": _length, ...headers } = response.headers;
  const body = applied.reduce<AsyncIterable<Uint8Array>>(
    (source, coding) => decodedBody(source, coding),
    response.body,
  );
  return { ...response, headers, body };
}

async function* decodedBody(source: AsyncIterable<Uint8Array>, coding: string): AsyncGenerator<Uint8Array, void, void> {
  const chunks = source[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done === true) return;
  const decoder = coding === "deflate" ? inflaterFor(first.value) : (DECODERS.get(coding)?.() ?? new PassThrough());
  pipeline(Readable.from(withFirst(first.value, chunks)), decoder, () => undefined);
  try {
    for await (const chunk of decoder) yield chunk as Uint8Array;
  } catch (error) {
    throw isOfCoding(error) ? new ConnectionError(new Error(`the ${coding} of the answer is broken`)) : error;
  }
}

async function* withFirst(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  yield first;
  yield* { [Symbol.asyncIterator]: () => rest };
}

/** By that name some servers mean the bare format, and some the one with a head. */
function inflaterFor(first: Uint8Array): Transform {
  return ((first[0] ?? 0) & 0x0f) === 8 ? zlib.createInflate() : zlib.createInflateRaw();
}

function isOfCoding(error: unknown): boolean {
  const code: unknown = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && /^(?:Z_|ERR_|BROTLI|ZSTD)/i.test(code);
}
