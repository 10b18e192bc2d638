import type { IncomingHttpHeaders } from "node:http";

/** `cut`: the simulator closed the connection itself, because a fault said so. */
export type RequestEnd = "answered" | "aborted" | "cut";

/** A request as it arrived, and how it ended. */
export interface SeenRequest {
  readonly method: string;
  /** With its query string. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Parsed JSON; the raw text when it does not parse; null when there was none or it never arrived wholly. */
  readonly body: unknown;
  /** The model that the body names, or the Azure deployment in the path. */
  readonly model: string | null;
  /** Null while it is under way. */
  readonly end: RequestEnd | null;
  /** HTTP status that was sent; null when none was. */
  readonly status: number | null;
}

export type RequestPredicate = (request: SeenRequest) => boolean;

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

interface Waiter {
  readonly matches: RequestPredicate;
  readonly resolve: (request: SeenRequest) => void;
}

export interface SeenRequests {
  add(request: SeenRequest): void;
  /** Ends a request; later calls for the same one change nothing. */
  end(request: SeenRequest, how: RequestEnd, status: number | null): void;
  all(): readonly SeenRequest[];
  count(): number;
  inFlight(): number;
  next(when: "arrives" | "ends", matches: RequestPredicate): Promise<SeenRequest>;
  first(when: "arrives" | "ends", matches: RequestPredicate): Promise<SeenRequest>;
  listen(listener: (request: SeenRequest) => void): () => void;
  reset(): void;
}

/** Remembers the last `capacity` requests; 0 remembers none, and waiting for requests still works. */
export function createSeenRequests(capacity: number): SeenRequests {
  const waiters = { arrives: new Set<Waiter>(), ends: new Set<Waiter>() };
  const listeners = new Set<(request: SeenRequest) => void>();
  let ring: SeenRequest[] = [];
  let oldest = 0;
  let count = 0;
  let inFlight = 0;

  const all = (): readonly SeenRequest[] => [...ring.slice(oldest), ...ring.slice(0, oldest)];

  function remember(request: SeenRequest): void {
    if (ring.length < capacity) ring.push(request);
    else if (capacity > 0) {
      ring[oldest] = request;
      oldest = (oldest + 1) % capacity;
    }
  }

  function next(when: "arrives" | "ends", matches: RequestPredicate): Promise<SeenRequest> {
    return new Promise((resolve) => waiters[when].add({ matches, resolve }));
  }

  return {
    add(request) {
      count += 1;
      inFlight += 1;
      remember(request);
      for (const listener of listeners) listener(request);
      wake(waiters.arrives, request);
    },
    end(request, how, status) {
      if (request.end !== null) return;
      const mutable: Mutable<SeenRequest> = request;
      mutable.end = how;
      mutable.status = status;
      inFlight -= 1;
      wake(waiters.ends, request);
    },
    all,
    count: () => count,
    inFlight: () => inFlight,
    next,
    first(when, matches) {
      const seen = all().find((request) => (when === "arrives" || request.end !== null) && matches(request));
      return seen === undefined ? next(when, matches) : Promise.resolve(seen);
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    reset() {
      ring = [];
      oldest = 0;
      count = 0;
    },
  };
}

function wake(waiters: Set<Waiter>, request: SeenRequest): void {
  for (const waiter of waiters) {
    if (!waiter.matches(request)) continue;
    waiters.delete(waiter);
    waiter.resolve(request);
  }
}
