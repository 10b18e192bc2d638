import type { RequestHandler } from "express";
import { ApiError } from "../http/api-error.ts";
import type { Live } from "./live.ts";

/** What a listener may have unread before it is let go: one that reads nothing is no page. */
const MOST_UNREAD = 256 * 1024;

/** GET /api/events: server-sent events `changed`, with ids of what is to be asked for anew. */
export function eventsRoute(live: Live): RequestHandler {
  return (request, response) => {
    const write = (text: string): void => {
      response.write(text);
      if (response.writableLength > MOST_UNREAD) response.destroy();
    };
    const stop = live.listen({
      tell: (changed) => write(`event: changed\ndata: ${JSON.stringify(changed)}\n\n`),
      beat: () => write(": beat\n\n"),
      over: () => response.end(),
    });
    if (stop === null) {
      throw new ApiError("too_many_listeners", "As many pages listen as may. Ask every few seconds instead.");
    }
    request.once("close", stop);
    response.once("close", stop);
    response.status(200).set({
      "content-type": "text/event-stream",
      // Neither a proxy nor our own compression may keep events until there are enough of them.
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
    });
    response.flushHeaders();
    write("retry: 3000\n\n");
  };
}
