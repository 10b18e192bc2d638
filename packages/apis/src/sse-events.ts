const LF = 10;
const CR = 13;

/** One server-sent event: its name, its data lines joined, and where it ends in the bytes. */
export interface SseEvent {
  readonly name: string;
  readonly data: string;
  /** Offset just past the line end that closed the event. */
  readonly end: number;
  /** False for what stands at the end of the bytes with no empty line after it. */
  readonly closed: boolean;
}

/** The events in a whole body, in order. Lines may end in LF, CRLF or CR. Linear in the number of bytes. */
export function* sseEvents(bytes: Uint8Array): Generator<SseEvent> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let name = "";
  let data: string[] = [];
  for (const line of lines(buffer)) {
    if (line.from === line.to) {
      if (data.length > 0) yield { name, data: data.join("\n"), end: line.next, closed: true };
      name = "";
      data = [];
      continue;
    }
    const text = buffer.toString("utf8", line.from, line.to);
    const value = fieldValue(text, "data");
    if (value === null) name = fieldValue(text, "event") ?? name;
    else data.push(value);
  }
  if (data.length > 0) yield { name, data: data.join("\n"), end: buffer.length, closed: false };
}

interface Line {
  readonly from: number;
  readonly to: number;
  readonly next: number;
}

function* lines(buffer: Buffer): Generator<Line> {
  // The mark that some servers put before UTF-8 text.
  let from = buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf ? 3 : 0;
  const endFrom = buffer.includes(CR) ? lineEnd : lineFeed;
  for (let to = endFrom(buffer, from); to !== -1; to = endFrom(buffer, from)) {
    const next = buffer[to] === CR && buffer[to + 1] === LF ? to + 2 : to + 1;
    yield { from, to, next };
    from = next;
  }
  if (from < buffer.length) yield { from, to: buffer.length, next: buffer.length };
}

function lineFeed(buffer: Buffer, from: number): number {
  return buffer.indexOf(LF, from);
}

function lineEnd(buffer: Buffer, from: number): number {
  for (let at = from; at < buffer.length; at += 1) if (buffer[at] === LF || buffer[at] === CR) return at;
  return -1;
}

/** The value of a line that is this field, or null. One space after the colon belongs to the syntax. */
function fieldValue(line: string, field: string): string | null {
  if (!line.startsWith(field)) return null;
  if (line.length === field.length) return "";
  if (line[field.length] !== ":") return null;
  return line.slice(field.length + (line[field.length + 1] === " " ? 2 : 1));
}

/**
 * What an event's data says by `read`, which gives null for what is no JSON: most often one thing; several where a server
 * parts its events by a single line end. Null unless all of it says something.
 */
export function readJsonIn<T>(data: string, read: (json: string) => T | null): readonly T[] | null {
  const whole = read(data);
  if (whole !== null) return [whole];
  const lines = data.split("\n");
  if (lines.length === 1) return null;
  const said: T[] = [];
  for (const line of lines) {
    const part = read(line.trim());
    if (part === null) return null;
    said.push(part);
  }
  return said;
}
