import type { Request, RequestHandler } from "express";
import type { Readable, Transform } from "node:stream";
import { constants, createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from "node:zlib";
import { ApiError } from "./api-error.ts";
import type { BodyBudget, BodyShare } from "./body-budget.ts";

export interface BodyLimits {
  /** Of one body, inflated. */
  readonly maxBytes: number;
  readonly budget: BodyBudget;
  /** Where the limit is set, for who runs into it. */
  readonly setting?: string;
}

/** A few kilobytes must not become many megabytes; text that people and programs write shrinks to a thirtieth at most. */
const MOST_INFLATED = 100;
const INFLATED_FREELY = 1024 ** 2;
const CHUNK = { chunkSize: 64 * 1024 };

/** By their names in `Content-Encoding`; several on top of each other are not read. */
const INFLATERS: ReadonlyMap<string, () => Transform & { readonly bytesWritten: number }> = new Map([
  ["gzip", () => createGunzip(CHUNK)],
  ["x-gzip", () => createGunzip(CHUNK)],
  ["deflate", () => createInflate(CHUNK)],
  ["br", () => createBrotliDecompress(CHUNK)],
  // RFC 9659: no more than 8 MB of window.
  ["zstd", () => createZstdDecompress({ ...CHUNK, params: { [constants.ZSTD_d_windowLogMax]: 23 } })],
]);

/**
 * Puts the whole body into `request.body` as a Buffer, and nothing there where none was sent. What is too large is refused
 * before it is read where its length says so, else while it is read. The bytes count in the budget until the answer has
 * ended.
 */
export function bodyReader(limits: BodyLimits): RequestHandler {
  return async (request, response, next) => {
    const { headers } = request;
    const declared = Number(headers["content-length"] ?? 0);
    if (declared === 0 && headers["transfer-encoding"] === undefined) return next();
    const encoding = (headers["content-encoding"] ?? "identity").trim().toLowerCase();
    const inflate = encoding === "identity" ? null : INFLATERS.get(encoding);
    if (inflate === undefined) {
      const message = "Send the body plain, or with one of the encodings gzip, deflate, br or zstd.";
      throw new ApiError("unsupported_encoding", message);
    }
    if (declared > limits.maxBytes) throw tooLarge(limits);
    // A client that asked first has sent nothing yet of what would have been refused.
    if (headers.expect !== undefined) response.writeContinue();
    const share = limits.budget.open();
    response.once("close", () => share.release());
    const body = { request, inflater: inflate?.() ?? null, share };
    request.body = await read(body, limits);
    next();
  };
}

interface Incoming {
  readonly request: Request;
  /** Null for a body that comes as it is. */
  readonly inflater: ReturnType<NonNullable<ReturnType<typeof INFLATERS.get>>> | null;
  readonly share: BodyShare;
}

function read({ request, inflater, share }: Incoming, limits: BodyLimits): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let size = 0;
  const source: Readable = inflater === null ? request : request.pipe(inflater);

  const take = (chunk: Buffer): void => {
    size += chunk.byteLength;
    const most = inflater === null ? Infinity : Math.max(INFLATED_FREELY, MOST_INFLATED * inflater.bytesWritten);
    if (size > limits.maxBytes) fail(tooLarge(limits));
    else if (size > most) fail(inflatesTooMuch());
    else if (share.take(chunk.byteLength)) chunks.push(chunk);
    else fail(noRoom());
  };
  const end = (): void => {
    stop();
    const [only] = chunks;
    resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, size));
  };
  const fail = (error: ApiError): void => {
    stop();
    chunks.length = 0;
    share.release();
    reject(error);
  };
  const broken = (): void => fail(new ApiError("invalid_request", "The request ended before its body was complete."));
  const closed = (): void => void (request.complete || broken());
  const damaged = (): void => {
    const message = "The request body cannot be read; is it in the encoding that its headers name?";
    fail(new ApiError("invalid_request", message));
  };
  const stop = (): void => {
    source.off("data", take).off("end", end);
    request.off("error", broken).off("close", closed);
    if (inflater === null) return;
    request.unpipe(inflater);
    // What it still has to say of its end is nobody's business.
    inflater.off("error", damaged).on("error", () => undefined);
    inflater.destroy();
    request.resume();
  };

  source.on("data", take).once("end", end);
  request.once("error", broken).once("close", closed);
  inflater?.once("error", damaged);
  if (request.destroyed) closed();
  return promise;
}

function tooLarge({ maxBytes, setting }: BodyLimits): ApiError {
  const where = setting === undefined ? "" : ` (${setting})`;
  return new ApiError("request_too_large", `The request body is larger than ${maxBytes} bytes${where}.`);
}

function inflatesTooMuch(): ApiError {
  return new ApiError("request_too_large", `The request body inflates to more than ${MOST_INFLATED} times its size.`);
}

function noRoom(): ApiError {
  const message =
    "The gateway holds as many request bodies as it may (general_settings.max_request_memory_mb). Try again shortly.";
  return new ApiError("no_room", message, { retryAfterSeconds: 1 });
}
