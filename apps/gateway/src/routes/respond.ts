import { type Call, withoutAddress } from "@understudy/router";
import { type CallError } from "@understudy/contracts";
import type { Api } from "@understudy/apis";
import type { Response } from "express";
import { forwardErrorHeaders, forwardHead } from "./answer-headers.ts";
import type { ClientStream } from "./client-stream.ts";

export interface RespondOptions {
  /** The client's: an error has its shape. */
  readonly api: Api;
  readonly requestId: string;
  /** Where providers are, by host and port, is told in the log alone: a client with a key may be anybody's. */
  readonly hidesAddresses: boolean;
  /** Where the answer goes, if the client asked for a stream. */
  readonly stream: ClientStream | null;
  /** Whether the client is told which model group answered. */
  readonly servedBy: boolean;
}

/** Sends the call's outcome, streamed as it arrives. Resolves when the last byte is handed over or the client left. */
export async function respond(call: Call, response: Response, options: RespondOptions): Promise<void> {
  const { api, requestId, hidesAddresses, stream, servedBy } = options;
  const bodyOf = (error: CallError) =>
    api.errorBody(hidesAddresses ? { ...error, message: withoutAddress(error.message) } : error, requestId);
  if (call.error !== null) {
    const body = bodyOf(call.error);
    if (stream?.begun === true) response.end(api.errorEvent(wordsOf(call) ?? body));
    else respondError(call, body, response);
  } else if (stream !== null && call.stream) {
    stream.begin(call);
    await respondStream(call, response, { stream, eventOf: (error) => api.errorEvent(bodyOf(error)) });
  } else {
    response.status(call.status);
    forwardHead(call, response, servedBy);
    response.end(call.whole);
  }
}

function respondError(call: Call, body: object, response: Response): void {
  // Whole seconds, for clients that know no other way; the provider's own words go over it.
  if (call.retryAfterMs !== null) response.setHeader("retry-after", Math.ceil(call.retryAfterMs / 1000));
  forwardErrorHeaders(call.headers, response);
  response.status(call.error?.status ?? call.status).type("json");
  response.end(call.errorText() ?? JSON.stringify(body));
}

/** What the provider said of its failure. */
function wordsOf(call: Call): object | null {
  const text = call.errorText();
  return text === null ? null : (JSON.parse(text) as object);
}

interface Streaming {
  readonly stream: ClientStream;
  /** A whole event. */
  readonly eventOf: (error: CallError) => string;
}

async function respondStream(call: Call, response: Response, { stream, eventOf }: Streaming): Promise<void> {
  try {
    for await (const chunk of call.body) {
      if (!stream.write(chunk)) await drained(response);
      if (response.destroyed) return;
    }
  } catch {
    if (!stream.isBetweenEvents) return void response.destroy();
    sendStreamError(call, response, eventOf);
  }
  response.end();
}

/** A slow reader holds up the provider, not our memory. */
function drained(response: Response): Promise<void> {
  return new Promise((resolve) => {
    // Neither event would come any more.
    if (response.destroyed) return resolve();
    const settle = (): void => {
      response.off("drain", settle).off("close", settle);
      resolve();
    };
    response.on("drain", settle).on("close", settle);
  });
}

/** After the first byte an error can only be an event of the stream. */
function sendStreamError(call: Call, response: Response, eventOf: Streaming["eventOf"]): void {
  const { error } = call.record();
  if (response.destroyed || error === null || error.kind === "aborted") return;
  response.write(eventOf(error));
}
