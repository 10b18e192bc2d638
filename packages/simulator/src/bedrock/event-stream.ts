import zlib from "node:zlib";

/** `exception` breaks the stream off; its name then is the error's. */
export interface Frame {
  readonly kind: "event" | "exception";
  readonly name: string;
  readonly payload: string;
}

/** AWS's event stream, in bytes written one character each: the rest of the simulator sends texts. */
export const EVENT_STREAM = { type: "application/vnd.amazon.eventstream", encoding: "latin1" } as const;

/** Twice a length of four bytes and a checksum. */
const PRELUDE_BYTES = 12;
const CHECKSUM_BYTES = 4;
const TEXT_HEADER = 7;

/** One message: both lengths, their checksum, headers, payload, and the checksum of all. */
export function frame({ kind, name, payload }: Frame): string {
  const headers = Buffer.concat([
    header(kind === "event" ? ":event-type" : ":exception-type", name),
    header(":content-type", "application/json"),
    header(":message-type", kind),
  ]);
  const body = Buffer.from(payload);
  const length = PRELUDE_BYTES + headers.length + body.length + CHECKSUM_BYTES;
  const prelude = Buffer.concat([uint32(length), uint32(headers.length)]);
  const checked = Buffer.concat([prelude, uint32(zlib.crc32(prelude)), headers, body]);
  return Buffer.concat([checked, uint32(zlib.crc32(checked))]).toString(EVENT_STREAM.encoding);
}

/** An event as the model's stream has it: with padding, so that its length tells nothing. */
export function eventFrame(name: string, payload: object): string {
  return frame({ kind: "event", name, payload: JSON.stringify({ ...payload, p: "abcdefghij" }) });
}

function header(name: string, value: string): Buffer {
  const text = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(text.length);
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), Buffer.from([TEXT_HEADER]), length, text]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
