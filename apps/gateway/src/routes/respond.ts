import type { Call } from "@understudy/router";
import type { Response } from "express";
import { callErrorBody } from "../http/error-response.ts";

/** Provider headers a client may see. Everything else stays behind the gateway. */
const FORWARDED = /^(?:content-type|content-encoding|openai-processing-ms|openai-version|x-ratelimit-.+)$/;

/** Sends the call's outcome, streamed as it arrives. Resolves when the last byte is handed over or the client left. */
export async function respond(call: Call, response: Response): Promise<void> {
  if (call.error !== null) {
    if (call.retryAfterMs !== null) response.setHeader("retry-after", Math.ceil(call.retryAfterMs / 1000));
    response.status(call.error.status).json(callErrorBody(call.error));
    return;
  }
  response.status(call.status);
  for (const name in call.headers) {
    if (FORWARDED.test(name)) response.setHeader(name, call.headers[name] ?? "");
  }
  if (call.stream) await respondStream(call, response);
  else response.end(call.whole);
}

async function respondStream(call: Call, response: Response): Promise<void> {
  response.setHeader("content-type", call.headers["content-type"] ?? "text/event-stream; charset=utf-8");
  response.setHeader("cache-control", "no-cache");
  // Proxies in front of us would otherwise gather what must go out at once.
  response.setHeader("x-accel-buffering", "no");
  try {
    for await (const chunk of call.body) {
      if (!response.write(chunk)) await drained(response);
      if (response.destroyed) return;
    }
  } catch {
    sendStreamError(call, response);
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
function sendStreamError(call: Call, response: Response): void {
  const { error } = call.record();
  if (response.destroyed || error === null || error.kind === "aborted") return;
  response.write(`\n\ndata: ${JSON.stringify(callErrorBody(error))}\n\n`);
}
