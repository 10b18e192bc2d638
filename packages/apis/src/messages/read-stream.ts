import type { ReadAnswer } from "@understudy/contracts";
import { NOTHING_READ } from "../nothing-read.ts";
import { mergedUsage, readUsage } from "../read-usage.ts";
import { sseEvents } from "../sse-events.ts";
import { isObject, textOrNull, type WireObject } from "../wire.ts";
import { answerOf, type Stop, stopIn } from "./answer-of-blocks.ts";
import { usageIn } from "./message-usage.ts";
import { type MessageEvent, readEvents } from "./stream-event.ts";
import { collectBlocks } from "./streamed-blocks.ts";

/**
 * Reads a streamed message from its events. Pings, and kinds of events, blocks and deltas that are not known here, pass; a
 * stream cut short, or with a broken piece in it, leaves what was heard. Linear in the number of bytes.
 */
export function readStream(bytes: Uint8Array, thinkingInTotal: boolean): ReadAnswer {
  const reader = new StreamReader();
  for (const event of sseEvents(bytes)) {
    for (const said of readEvents(event)) reader.take(said, event.end);
    if (reader.isOver) break;
  }
  return reader.result(thinkingInTotal);
}

class StreamReader {
  readonly #blocks = collectBlocks();
  #begun = false;
  #over = false;
  #lost = false;
  #skipped = 0;
  #error: string | null = null;
  #stop: Stop = { reason: null, details: null };
  #usage: WireObject | null = null;
  /** What a stream counts at its start is the output's first token alone. */
  #isCounted = false;
  #model: string | null = null;
  #firstToken: number | null = null;
  #end: number | null = null;

  /** True when nothing that follows counts. */
  get isOver(): boolean {
    return this.#over;
  }

  take(event: MessageEvent, endOffset: number): void {
    if (this.#over || event.kind === "ping") return;
    if (event.kind === "odd") {
      this.#skipped += 1;
      this.#lost ||= event.lost;
      return;
    }
    this.#end = endOffset;
    if (event.kind === "error") this.#error ??= event.body;
    else if (this.#takePiece(event.type, event.body)) this.#firstToken ??= endOffset;
  }

  /** True when the piece brings a token. */
  #takePiece(type: string, { message, index, content_block, delta, usage }: WireObject): boolean {
    this.#begun ||= PIECES.has(type);
    if (type === "message_start" && isObject(message)) {
      this.#model ??= textOrNull(message["model"]);
      this.#noteUsage(message["usage"]);
    } else if (type === "content_block_start" && isObject(content_block))
      return this.#blocks.start(index, content_block);
    else if (type === "content_block_delta" && isObject(delta)) return this.#blocks.add(index, delta);
    else if (type === "message_delta" && isObject(delta)) this.#takeEnd(stopIn(delta), usage);
    else if (type === "message_stop") this.#over = true;
    else this.#lost ||= PIECES.has(type);
    return false;
  }

  #takeEnd(stop: Stop, usage: unknown): void {
    if (stop.reason !== null) this.#stop = stop;
    this.#noteUsage(usage);
    this.#isCounted ||= isObject(usage);
  }

  /** A later count replaces an earlier one: all are cumulative. */
  #noteUsage(usage: unknown): void {
    this.#usage = mergedUsage(this.#usage, usageIn(usage));
  }

  result(thinkingInTotal: boolean): ReadAnswer {
    return {
      ...NOTHING_READ,
      answer: this.#begun ? answerOf(this.#blocks.heard(), this.#stop) : null,
      usage: this.#isCounted ? readUsage(this.#usage, thinkingInTotal) : null,
      response_model: this.#model,
      complete: this.#over && this.#stop.reason !== null && !this.#lost && this.#error === null,
      error_body: this.#error,
      skipped_events: this.#skipped,
      first_token_offset: this.#firstToken,
      end_offset: this.#end,
    };
  }
}

/** Those that say something of the answer; `content_block_stop` says only what its followers show. */
const PIECES: ReadonlySet<string> = new Set([
  "message_start",
  "content_block_start",
  "content_block_delta",
  "message_delta",
]);
