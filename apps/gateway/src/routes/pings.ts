import { type Clock, createPeriodic, type Service } from "@understudy/runtime";
import type { Response } from "express";
import { ClientStream, type StreamOptions } from "./client-stream.ts";

/**
 * A stream is pinged once four turns have passed without a byte, which is after 15 to 20 seconds: proxies commonly close a silent
 * connection after 60, and coding agents give up after 300.
 */
export const TURN_MS = 5_000;
const TURNS_OF_SILENCE = 4;

/** Bridges the silences of all streams with one timer: to send a chunk sets a number, and asks for no time. */
export interface Pings {
  readonly service: Service;
  /** Opens a stream to a client. */
  open(response: Response, options: StreamOptions): ClientStream;
}

export function createPings(clock: Clock): Pings {
  const streams = new Set<ClientStream>();
  const turn = (): Promise<void> => {
    for (const stream of streams) stream.turn(TURNS_OF_SILENCE);
    return Promise.resolve();
  };
  return {
    open(response, options) {
      const stream = new ClientStream(response, options);
      streams.add(stream);
      response.once("close", () => streams.delete(stream));
      return stream;
    },
    service: createPeriodic({ name: "pings", everyMs: TURN_MS, clock, run: turn }),
  };
}
