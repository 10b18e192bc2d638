import { isObject, parseJson } from "../wire.ts";

const USAGE = Buffer.from('"usage"');
const LF = 10;
const CR = 13;
const FEEDS = Buffer.from([LF, LF]);
/** The beginning of an event is held back until its end has come, but no further: a chunk with usage alone is short. */
const MOST_HELD = 16 * 1024;

/**
 * Takes what we asked for and the client did not out of a stream of chat chunks: the event that brings usage and no
 * choice, and `"usage":null` in the others. All other bytes go on as they came, in the chunks they came in. Usage beside a
 * choice stays: providers that put it there send it unasked.
 */
export class UsageHider {
  #held: Buffer | null = null;
  /** In the middle of an event that is too long to be held. */
  #passing = false;
  /** No stream of events: a whole body, or lines of JSON. */
  #isOther: boolean | null = null;

  /** What of the bytes so far may go on; empty while that is nothing. */
  push(chunk: Uint8Array): Uint8Array {
    const arrived = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (this.#isOther === null) {
      const first = arrived.find((byte) => !BLANKS.has(byte));
      // Blanks before anything else keep a connection alive.
      if (first === undefined) return chunk;
      this.#isOther = OTHERS.has(first);
    }
    if (this.#isOther) return chunk;
    const bytes = this.#held === null ? arrived : Buffer.concat([this.#held, arrived]);
    const usage = bytes.indexOf(USAGE);
    if (usage === -1 && this.#held === null && !this.#passing && endsEvent(arrived)) return chunk;
    return this.#take(bytes, usage);
  }

  /** The rest, when the stream has ended. */
  end(): Uint8Array {
    const rest = this.#held;
    this.#held = null;
    if (rest === null) return NOTHING;
    return this.#passing ? rest : withoutUsage(rest);
  }

  /** `firstUsage`: where the word stands first in the bytes; -1 where it does not. */
  #take(bytes: Buffer, firstUsage: number): Buffer {
    const parts: Buffer[] = [];
    let usage = firstUsage;
    /** Where the events begin that go on as they are, one after the other. */
    let asItIs = 0;
    const hasReturns = bytes.includes(CR);
    const endOf = hasReturns ? eventEnd : eventEndByFeeds;
    // What lies before the next usage is jumped over, however many events it is.
    const jump = (from: number): number => (hasReturns ? from : Math.max(from, behindFeeds(bytes, usage)));
    let start = this.#passing ? 0 : jump(0);
    for (let end = endOf(bytes, start, this.#passing); end !== -1; end = endOf(bytes, start, false)) {
      if (this.#passing || (usage !== -1 && usage < end)) {
        const event = bytes.subarray(start, end);
        parts.push(bytes.subarray(asItIs, start), this.#passing ? withoutLastNull(event) : withoutUsage(event));
        this.#passing = false;
        asItIs = end;
        usage = bytes.indexOf(USAGE, end);
      }
      start = jump(end);
    }
    parts.push(bytes.subarray(asItIs, start));
    const rest = bytes.subarray(start);
    this.#passing ||= rest.length > MOST_HELD;
    const most = this.#passing ? Math.max(0, rest.length - LONGEST_LAST_NULL) : goesOnAtOnce(rest) ? rest.length : 0;
    parts.push(rest.subarray(0, most));
    // Held in memory of its own: a chunk is often a small part of a large slab.
    this.#held = most === rest.length ? null : Buffer.from(rest.subarray(most));
    return Buffer.concat(parts);
  }
}

const NOTHING = Buffer.alloc(0);
/** An object, a list, a page. */
const OTHERS: ReadonlySet<number> = new Set(Buffer.from("{[<"));
const BLANKS: ReadonlySet<number> = new Set(Buffer.from(" \t\r\n"));
/** At the end of an event that is too long to be held. */
const LAST_NULL = /,\s?"usage"\s?:\s?null(?=\}\s*$)/;
const LONGEST_LAST_NULL = 64;
const COMMENTS = /^(?::[^\r\n]*\r?\n)+$/;
const LONGEST_COMMENT = 1_024;

/** A sign of life must not wait. */
function goesOnAtOnce(rest: Buffer): boolean {
  return rest.length > 0 && COMMENTS.test(rest.toString("latin1", 0, LONGEST_COMMENT));
}

function withoutLastNull(event: Buffer): Buffer {
  const from = Math.max(0, event.length - LONGEST_LAST_NULL);
  const match = LAST_NULL.exec(event.toString("latin1", from));
  if (match === null) return event;
  const start = from + match.index;
  return Buffer.concat([event.subarray(0, start), event.subarray(start + match[0].length)]);
}

function endsEvent(bytes: Buffer): boolean {
  const { length } = bytes;
  if (bytes[length - 1] === LF)
    return bytes[length - 2] === LF || (bytes[length - 2] === CR && bytes[length - 3] === LF);
  return bytes[length - 1] === CR && bytes[length - 2] === CR;
}

/**
 * Offset just past the empty line that ends the event which stands at `from`, `within` it or at its beginning; -1 where it
 * has not come.
 */
function eventEnd(bytes: Buffer, from: number, within: boolean): number {
  let lineStart = within ? -1 : from;
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte !== LF && byte !== CR) continue;
    // Half of a line end, it may be.
    if (byte === CR && at + 1 === bytes.length) return -1;
    const isEmpty = at === lineStart;
    if (byte === CR && bytes[at + 1] === LF) at += 1;
    if (isEmpty) return at + 1;
    lineStart = at + 1;
  }
  return -1;
}

/** The same where no carriage return stands in the bytes. */
function eventEndByFeeds(bytes: Buffer, from: number, within: boolean): number {
  if (!within && bytes[from] === LF) return from + 1;
  const empty = bytes.indexOf(FEEDS, from);
  return empty === -1 ? -1 : empty + FEEDS.length;
}

/** Offset just past the last empty line before a place, or before the end where that is -1; 0 without one. */
function behindFeeds(bytes: Buffer, place: number): number {
  const empty = bytes.lastIndexOf(FEEDS, place === -1 ? undefined : place);
  return empty === -1 ? 0 : empty + FEEDS.length;
}

function withoutUsage(event: Buffer): Buffer {
  if (!event.includes(USAGE)) return event;
  // One character a byte, so that places in the text are places in the bytes.
  const text = event.toString("latin1");
  const start = dataStart(text);
  const place = start === -1 ? null : memberOf(text, start, "usage");
  if (place === null) return event;
  if (text.startsWith("null", place.value)) {
    return Buffer.concat([event.subarray(0, place.start), event.subarray(endOfMember(text, place))]);
  }
  return text[place.value] === "{" && bringsUsageAlone(event.toString("utf8", start)) ? NOTHING : event;
}

/** Where the JSON of the event's one data line begins; -1 when it has none, or several. */
function dataStart(text: string): number {
  const match = /(?:^|[\r\n])data:\s{0,8}(?=\{)/.exec(text);
  if (match === null) return -1;
  const start = match.index + match[0].length;
  return /[\r\n]data:/.test(text.slice(start)) ? -1 : start;
}

function bringsUsageAlone(json: string): boolean {
  const chunk = parseJson(json.trim());
  if (!isObject(chunk) || !isObject(chunk["usage"])) return false;
  const { choices, error } = chunk as { choices?: unknown; error?: unknown };
  const hasNoChoice = choices === undefined || choices === null || (Array.isArray(choices) && choices.length === 0);
  return hasNoChoice && (error ?? null) === null;
}

interface Member {
  /** Where to cut: at the comma before it, or at its key when it is the first. */
  readonly start: number;
  readonly value: number;
}

/** A member at the top level of the object that begins at `from`; null when it has none, or does not end. */
function memberOf(text: string, from: number, name: string): Member | null {
  let depth = 0;
  let comma = -1;
  let found: Member | null = null;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at];
    if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") {
      depth -= 1;
      if (depth === 0) return found;
    } else if (character === "," && depth === 1) comma = at;
    else if (character === '"') {
      const end = endOfString(text, at);
      const value = depth === 1 && text.slice(at + 1, end) === name ? valueBehind(text, end + 1) : -1;
      if (value !== -1) found = { start: comma === -1 ? at : comma, value };
      at = end;
    }
  }
  return null;
}

/** Where the value begins, when a colon stands here; -1 when the string was no key. */
function valueBehind(text: string, from: number): number {
  const match = /^\s*:\s*/.exec(text.slice(from, from + 16));
  return match === null ? -1 : from + match[0].length;
}

function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === "\\") backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}

/** Past `null`; where the member was the first one, past the comma that parts it from the next as well. */
function endOfMember(text: string, { start, value }: Member): number {
  const end = value + "null".length;
  if (text[start] === ",") return end;
  return end + (/^\s*,\s*/.exec(text.slice(end, end + 16))?.[0].length ?? 0);
}
