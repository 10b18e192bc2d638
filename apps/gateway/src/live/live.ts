import type { Changed } from "@understudy/contracts";
import { type Clock, createPeriodic, type Service } from "@understudy/runtime";
import { createNews, type NewsDeps } from "./news.ts";

export interface LiveDeps extends NewsDeps {
  readonly clock: Clock;
}

/** Tells pages what has changed, so that they ask for that alone. */
export interface Live {
  /**
   * `tell` is called with ids of what changed, at most once a second, and `beat` so often that nobody between takes the connection
   * for dead, until the returned function is called; `over` once, when the gateway stops. Null where as many listen as may.
   */
  listen(listener: Listener): (() => void) | null;
  /** Tells whoever listens that it is over. */
  close(): void;
  readonly service: Service;
}

export interface Listener {
  readonly tell: (changed: Changed) => void;
  readonly beat: () => void;
  readonly over: () => void;
}

const EVERY_MS = 1_000;
const BEATS = 15;
const QUEUES_LOOKED_AT = 3;
/** Each holds a connection; a page that gets none asks every few seconds instead. */
export const MOST_LISTENERS = 256;

export function createLive({ control, overviews, queues, clock }: LiveDeps): Live {
  const listeners = new Set<Listener>();
  const news = createNews({ control, overviews, queues });
  let second = 0;

  async function eachSecond(): Promise<void> {
    if (listeners.size === 0) return;
    second += 1;
    if (second % QUEUES_LOOKED_AT === 0) await news.lookAtQueues();
    const changed = news.take();
    for (const { tell, beat } of listeners) {
      if (changed !== null) tell(changed);
      else if (second % BEATS === 0) beat();
    }
  }

  function close(): void {
    const all = [...listeners];
    listeners.clear();
    news.end();
    for (const { over } of all) over();
  }

  const periodic = createPeriodic({ name: "live pages", everyMs: EVERY_MS, clock, run: eachSecond });
  return {
    listen(listener) {
      if (listeners.size >= MOST_LISTENERS) return null;
      if (listeners.size === 0) news.begin();
      listeners.add(listener);
      return () => {
        if (listeners.delete(listener) && listeners.size === 0) news.end();
      };
    },
    close,
    service: {
      ...periodic,
      async stop(deadline) {
        close();
        await periodic.stop(deadline);
      },
    },
  };
}
