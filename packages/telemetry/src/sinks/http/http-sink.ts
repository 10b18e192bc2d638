import type { HttpSink } from "@understudy/config";
import type { Outgoing } from "@understudy/router";
import type { LoggedCall } from "../logged-call.ts";
import { RefusedError, type Sink } from "../sink.ts";
import { standardPayload } from "../standard-payload.ts";

/** Statuses that say: not now. Any other 4xx will be said again. */
const NOT_NOW: ReadonlySet<number> = new Set([408, 409, 423, 425, 429]);

type HttpPlace = Pick<HttpSink, "url" | "headers" | "format">;

/** Posts LiteLLM's payloads as its `generic_api` callback does: a batch as a JSON list or as lines, or one at a time. */
export function openHttpSink({ url, headers, format }: HttpPlace, { post: send }: Outgoing): Promise<Sink> {
  const post = async (type: string, body: string, signal: AbortSignal): Promise<void> => {
    const { status, text } = await send(url, { headers: { "content-type": type, ...headers }, body, signal });
    await text();
    checkStatus(status);
  };
  const one = (call: LoggedCall): string => JSON.stringify(standardPayload(call));
  return Promise.resolve({
    async write(calls, signal) {
      if (format === "json_array") return post("application/json", `[${calls.map(one).join()}]`, signal);
      if (format === "ndjson") return post("application/x-ndjson", `${calls.map(one).join("\n")}\n`, signal);
      for (const call of calls) await post("application/json", one(call), signal);
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
