import { once } from "node:events";
import type { Clock } from "@understudy/runtime";
import type { Exchange } from "./exchange.ts";
import type { Fault } from "./fault.ts";
import type { Wire } from "./wire.ts";

/** How an answer gets to the client. */
export interface Delivery {
  readonly exchange: Exchange;
  readonly headers: Readonly<Record<string, string>>;
  readonly fault: Fault | null;
  readonly wire: Wire;
  /** Milliseconds between two events of a stream. */
  readonly perTokenMs: number;
  readonly clock: Clock;
}

// Below this an unpaced stream goes out in one write; above it, waiting for the client to read bounds our memory.
const ONE_WRITE_CHARS = 256 * 1024;

/** Sends a JSON body, or as much of it as the fault lets through. */
export async function sendWhole(delivery: Delivery, body: string): Promise<void> {
  const { exchange, fault, headers } = delivery;
  const { response } = exchange;
  const sent = bodyUnderFault(body, fault);
  const bytes = Buffer.byteLength(sent);
  response.writeHead(200, { "content-type": "application/json", "content-length": bytes, ...headers });
  if (fault?.kind === "hang-after-headers") response.flushHeaders();
  else if (fault?.kind === "stall") response.write(firstHalf(sent));
  else if (fault?.kind === "cut") {
    await flushed(exchange, firstHalf(sent));
    exchange.cut(false);
    // Text and not bytes: Node puts headers and text into one write.
  } else response.end(sent);
}

function firstHalf(text: string): string {
  return text.slice(0, text.length / 2);
}

function bodyUnderFault(body: string, fault: Fault | null): string {
  if (fault?.kind === "empty-body") return "";
  return fault?.kind === "bad-json" ? body.slice(0, -Math.ceil(body.length / 3)) : body;
}

/** Sends events one after another at the delivery's pace, or as many of them as the fault lets through. */
export async function sendStream(delivery: Delivery, events: readonly string[]): Promise<void> {
  const { exchange, fault, headers, wire } = delivery;
  const { response } = exchange;
  response.writeHead(200, {
    "content-type": wire.stream?.type ?? "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
    ...headers,
  });
  const half = firstHalfOf(events);
  if (fault?.kind === "hang-after-headers") response.flushHeaders();
  else if (fault?.kind === "stall") await sendPaced(delivery, half);
  else if (fault?.kind === "cut") {
    await sendPaced(delivery, half.slice(0, -1));
    await flushed(exchange, half.at(-1) ?? "", wire);
    exchange.cut(false);
  } else {
    await sendPaced(delivery, eventsUnderFault(events, fault, wire));
    response.end();
  }
}

function eventsUnderFault(events: readonly string[], fault: Fault | null, wire: Wire): readonly string[] {
  const half = firstHalfOf(events);
  if (fault?.kind === "empty-body") return [];
  if (fault?.kind === "stream-error") return [...half, wire.errorEvent(half)];
  if (fault?.kind === "bad-json") return [...half, wire.brokenEvent, ...events.slice(half.length)];
  return events;
}

function firstHalfOf(events: readonly string[]): readonly string[] {
  return events.slice(0, Math.ceil(events.length / 2));
}

async function sendPaced(delivery: Delivery, events: readonly string[]): Promise<void> {
  const { perTokenMs, exchange, clock, wire } = delivery;
  const { response, signal } = exchange;
  const encoding = encodingOf(wire);
  if (perTokenMs === 0) {
    const text = events.join("");
    if (text.length < ONE_WRITE_CHARS) {
      if (text !== "") response.write(text, encoding);
      return;
    }
  }
  const start = clock.monotonic();
  for (const [index, event] of events.entries()) {
    // By the time that is due and not by adding waits up, or a fast pace would drift with the timer's grain.
    const wait = start + index * perTokenMs - clock.monotonic();
    if (wait >= 1) await clock.sleep(wait, signal);
    if (!response.write(event, encoding)) await once(response, "drain", { signal });
  }
}

/** Resolves when the text has left the process, and so arrives before what comes next. */
function flushed({ response }: Exchange, text: string, wire: Wire | null = null): Promise<void> {
  return new Promise((resolve) => response.write(text, encodingOf(wire), () => resolve()));
}

function encodingOf(wire: Wire | null): BufferEncoding {
  return wire?.stream?.encoding ?? "utf8";
}
