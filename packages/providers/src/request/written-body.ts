import type { ChatBody } from "./chat-body.ts";
import { rewriteJson } from "../json/rewrite.ts";

/** A request body as it was written, and what was read from it. */
export interface WrittenBody {
  /** JSON, an object with a `model`. */
  readonly text: string;
  /** The text in UTF-8, where it is at hand. */
  readonly bytes: Buffer | null;
  /** What the text says, `first` included. */
  readonly value: ChatBody;
  /** A member that goes out before all others, comma and all; the text has none of its name. */
  readonly first?: string;
}

/** What the bytes leave in doubt is written from the text. */
export function writeBody(written: WrittenBody | null, wanted: ChatBody): string {
  return written === null ? JSON.stringify(wanted) : rewriteJson(written.text, written.value, wanted);
}

const OPENS = 0x7b;
const KEY = Buffer.from('"model"');
/** Any key can be spelt with escapes, and those of ASCII letters all begin so. */
const ESCAPED_LETTER = Buffer.from(String.raw`\u00`);
/** What may stand between the key and its value, and a value that can be read without unescaping. */
const VALUE = /^\s*:\s*("[^"\\]*")/;
/** A longer name is no model's. */
const LONGEST_VALUE = 300;

/**
 * The body with `model` in place of `from`, `first` behind its first bracket, and every other byte as it came: numbers keep
 * their digits, and nothing has to be written again. Null where the bytes that name the model are not beyond doubt: the word stands there twice, or may be
 * spelt with escapes. A second `model` must not reach a provider that reads another one of them than we do.
 */
export function withModel(written: Buffer, from: unknown, model: string, first = ""): Buffer | null {
  const key = written.indexOf(KEY);
  if (key === -1 || written.includes(KEY, key + 1) || written.includes(ESCAPED_LETTER)) return null;
  const behind = key + KEY.length;
  const text = written.toString("utf8", behind, behind + LONGEST_VALUE);
  const match = VALUE.exec(text);
  const value = match?.[1];
  if (match === null || value !== JSON.stringify(from)) return null;
  const end = behind + Buffer.byteLength(match[0]);
  const start = end - Buffer.byteLength(value);
  const opened = written.indexOf(OPENS) + 1;
  return Buffer.concat([
    written.subarray(0, opened),
    Buffer.from(first),
    written.subarray(opened, start),
    Buffer.from(JSON.stringify(model)),
    written.subarray(end),
  ]);
}
