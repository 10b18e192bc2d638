import type { HttpSink } from "@understudy/config";
import { RefusedError, type Sink } from "../sink.ts";
import { standardPayload } from "../standard-payload.ts";

/** Statuses that say: not now. Any other 4xx will be said again. */
const NOT_NOW: ReadonlySet<number> = new Set([408, 409, 423, 425, 429]);

/** Posts batches as a JSON list of LiteLLM's payloads, as its `generic_api` callback does. */
export function openHttpSink({ url, headers }: Pick<HttpSink, "url" | "headers">): Promise<Sink> {
  return Promise.resolve({
    async write(calls, signal) {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(calls.map(standardPayload)),
        signal,
        // A redirect would take the headers, and what is in them, to a place that nobody configured.
        redirect: "error",
      });
      await response.body?.cancel();
      checkStatus(response.status);
    },
    close: () => Promise.resolve(),
  });
}

/** Rejects, for good or for now, unless the status is a 2xx. */
export function checkStatus(status: number): void {
  if (status >= 200 && status < 300) return;
  const message = `the answer was ${status}`;
  if (status >= 400 && status < 500 && !NOT_NOW.has(status)) throw new RefusedError(message);
  throw new Error(message);
}
