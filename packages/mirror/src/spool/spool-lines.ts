import { crc32 } from "node:zlib";

/**
 * A line of the spool: checksum, blank, text, line feed. What a crash tore off has no line feed or another checksum, so
 * that half a job is never taken for one. The text must hold no line feed; JSON does not.
 */
export function spoolLine(text: string): string {
  return `${checksum(text)} ${text}\n`;
}

const CHECKSUM_LENGTH = 8;

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(CHECKSUM_LENGTH, "0");
}

export interface SpoolLines {
  /** One for each whole line; null for a damaged one. */
  readonly texts: readonly (string | null)[];
  /** Length of the whole lines. */
  readonly bytes: number;
}

const LINE_FEED = 0x0a;

/** Reads up to `most` whole lines. What follows the last line feed is left. */
export function readSpoolLines(buffer: Buffer, most: number): SpoolLines {
  const texts: (string | null)[] = [];
  let start = 0;
  while (texts.length < most) {
    const end = buffer.indexOf(LINE_FEED, start);
    if (end === -1) break;
    texts.push(textOf(buffer.toString("utf8", start, end)));
    start = end + 1;
  }
  return { texts, bytes: start };
}

function textOf(line: string): string | null {
  const text = line.slice(CHECKSUM_LENGTH + 1);
  return line === `${checksum(text)} ${text}` ? text : null;
}
