import type { AnswerHead } from "@understudy/router";
import type { Response } from "express";
import { forwardHead } from "./answer-headers.ts";

const NOTHING = Buffer.alloc(0);
const LONGEST_EVENT_END = 4;

export interface StreamOptions {
  /** Sent between two events; without one a silence is not bridged. */
  readonly ping: string | null;
  /** Whether the client is told which model group answers. */
  readonly servedBy: boolean;
}

/**
 * A streamed answer on its way to its client. What the provider sends is passed on as it is; where it sends nothing for a while,
 * a ping keeps the connection, between two events and never within one.
 */
export class ClientStream {
  readonly #response: Response;
  readonly #ping: string | null;
  readonly #servedBy: boolean;
  #opening: AnswerHead | null = null;
  #begun = false;
  #last: Uint8Array = NOTHING;
  #silentTurns = 0;

  constructor(response: Response, { ping, servedBy }: StreamOptions) {
    this.#response = response;
    this.#ping = ping;
    this.#servedBy = servedBy;
  }

  /** Whether the client has been told, or is about to be, that a stream comes: no other status can be sent any more. */
  get begun(): boolean {
    return this.#begun;
  }

  /** To close half an event would have the client read it: there only the connection can say that something broke. */
  get isBetweenEvents(): boolean {
    const end = this.#last.subarray(-LONGEST_EVENT_END);
    return end.byteLength === 0 || /(?:\n\r?\n|\r\r)$/.test(Buffer.from(end).toString("latin1"));
  }

  /** A deployment has said that a stream comes, and sent nothing of it; null where nothing came of that. */
  opening(answer: AnswerHead | null): void {
    this.#opening = answer;
    this.#silentTurns = 0;
  }

  begin(head: AnswerHead): void {
    if (this.#begun) return;
    this.#begun = true;
    const response = this.#response.status(head.status);
    forwardHead(head, response, this.#servedBy);
    if (head.headers["content-type"] === undefined)
      response.setHeader("content-type", "text/event-stream; charset=utf-8");
    response.setHeader("cache-control", "no-cache");
    // Proxies in front of us would otherwise gather what must go out at once.
    response.setHeader("x-accel-buffering", "no");
  }

  /** False where the client reads more slowly than bytes come. */
  write(chunk: Uint8Array): boolean {
    this.#silentTurns = 0;
    this.#last =
      chunk.byteLength < LONGEST_EVENT_END ? Buffer.concat([this.#last.subarray(-LONGEST_EVENT_END), chunk]) : chunk;
    return this.#response.write(chunk);
  }

  /** Time passes: pings once as many turns have gone by without a byte. */
  turn(turnsOfSilence: number): void {
    this.#silentTurns += 1;
    if (this.#ping === null || this.#silentTurns < turnsOfSilence || !this.#mayPing()) return;
    if (this.#opening !== null) this.begin(this.#opening);
    this.#silentTurns = 0;
    this.#response.write(this.#ping);
  }

  /** Where bytes wait for the client it is not the provider that is silent. */
  #mayPing(): boolean {
    const { destroyed, writableEnded, writableNeedDrain } = this.#response;
    const isOpen = this.#begun || this.#opening !== null;
    return isOpen && !destroyed && !writableEnded && !writableNeedDrain && this.isBetweenEvents;
  }
}
