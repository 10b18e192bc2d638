import { parseBoundedJson } from "@understudy/runtime";
import { canonicalJson } from "./canonical-json.ts";
import { packed } from "./job-data.ts";
import { type QueueKeys, sealedUnder, UnknownQueueKeyError, UnsealedError } from "./queue-keys.ts";

/** A value of which one part is sealed, as base64. */
export interface Sealed {
  readonly sealed: string;
}

export function isSealed(value: unknown): value is Sealed {
  return typeof value === "object" && value !== null && typeof (value as { sealed?: unknown }).sealed === "string";
}

/** What the keys can do with JSON values and bytes. Without keys all that is sealed lacks its key. */
export interface Sealing {
  openBytes(sealed: Buffer, context: string): Buffer;
  openJson(sealed: string, context: string): unknown;
  sealJson(by: QueueKeys, value: unknown, context: string): string;
  /** The readable fields are the context, so that they and the sealed part belong to each other for good. */
  sealedBeside(by: QueueKeys, value: unknown, open: object): object;
  openBeside(value: Sealed): unknown;
  /** Reads what these keys did not seal, or not all of it. Throws `UnsealedError` where that is not wanted. */
  unsealed<T>(read: () => T): T;
}

/** No note, body or job of an earlier version has a context that begins so. */
const contextOf = (open: object): string => `ticket ${canonicalJson(open)}`;

export function createSealing(keys: QueueKeys | null): Sealing {
  const readsUnsealed = keys === null || keys.acceptsUnsealed;
  const openBytes = (sealed: Buffer, context: string): Buffer => {
    if (keys === null) throw new UnknownQueueKeyError(sealedUnder(sealed));
    return keys.open(sealed, context);
  };
  const openJson = (sealed: string, context: string): unknown =>
    parseBoundedJson(openBytes(Buffer.from(sealed, "base64"), context).toString());
  const sealJson = (by: QueueKeys, value: unknown, context: string): string =>
    by.seal(Buffer.from(JSON.stringify(value)), context).toString("base64");
  return {
    openBytes,
    openJson,
    sealJson,
    sealedBeside: (by, value, open) => packed({ ...open, sealed: sealJson(by, value, contextOf(open)) }),
    openBeside: ({ sealed, ...open }) => openJson(sealed, contextOf(open)),
    unsealed(read) {
      if (!readsUnsealed) throw new UnsealedError();
      return read();
    },
  };
}
