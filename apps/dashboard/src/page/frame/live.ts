import { type Query, useQueryClient } from "@tanstack/react-query";
import type { Changed } from "@understudy/contracts";
import { useEffect } from "react";

/** Behind the events: what they miss, a listener too many or a proxy that holds them, is seen all the same. */
const TOLD_MS = 15_000;
const ALONE_MS = 3_000;
let everyMs = ALONE_MS;

/** How often whatever is looked at is asked for again, milliseconds. */
export function pollMs(): number {
  return everyMs;
}

/** Has whatever an event names asked for anew, as long as the page is open and `on`. */
export function useLive(on: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!on) return;
    const events = new EventSource("/api/events");
    events.addEventListener("open", () => void (everyMs = TOLD_MS));
    // The browser tries again by itself; until it is there again, the page asks.
    events.addEventListener("error", () => {
      everyMs = ALONE_MS;
      void client.invalidateQueries();
    });
    events.addEventListener("changed", ({ data }: MessageEvent<string>) => {
      const changed = JSON.parse(data) as Changed;
      void client.invalidateQueries({ predicate: (query) => isTouched(query, changed) });
    });
    return () => {
      events.close();
      everyMs = ALONE_MS;
    };
  }, [client, on]);
}

/** Lists hang on everything in them; what has an id of its own, on that alone. */
function isTouched({ queryKey: [path] }: Query, { experiments, rollouts, queues }: Changed): boolean {
  if (typeof path !== "string") return false;
  if (path.startsWith("/api/experiments?") || path.startsWith("/api/pairs?")) return experiments.length > 0;
  if (path === "/api/rollouts") return rollouts.length > 0;
  if (path === "/api/queues") return queues.length > 0;
  return [...experiments, ...rollouts, ...queues].some((id) => path.includes(`/${encodeURIComponent(id)}`));
}
