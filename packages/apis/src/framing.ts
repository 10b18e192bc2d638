import { parseJson } from "./wire.ts";

/** How an answer's bytes are framed, whichever way was asked for. `json` is undefined for a body that is cut or broken. */
export type Framing =
  | { readonly kind: "body"; readonly json: unknown }
  | { readonly kind: "events" }
  /** Empty, or a page. */
  | { readonly kind: "none" };

/** Event streams have such lines for whoever sits between: every reader passes them over. */
export const COMMENT = ": ping\n\n";

/** By the first letter that is no blank. */
export function framingOf(bytes: Uint8Array): Framing {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const begins = firstLetter(text);
  if (begins === "{" || begins === "[") return { kind: "body", json: parseJson(withoutMark(text.toString("utf8"))) };
  return { kind: begins === "<" || begins === "" ? "none" : "events" };
}

const BYTE_ORDER_MARK = "\uFEFF";

/** The text without the mark that some servers put before UTF-8. */
export function withoutMark(text: string): string {
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
}

/** Some servers send blanks to keep a connection alive, any number of them. */
function firstLetter(text: Buffer): string {
  let at = text.subarray(0, 3).equals(MARK_BYTES) ? 3 : 0;
  while (at < text.length && BLANKS.has(text[at] ?? 0)) at += 1;
  return text.toString("latin1", at, at + 1);
}

const MARK_BYTES = Buffer.from(BYTE_ORDER_MARK);
const BLANKS: ReadonlySet<number> = new Set(Buffer.from(" \t\r\n"));
