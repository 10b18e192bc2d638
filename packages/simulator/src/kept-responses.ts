import type { JsonObject } from "./json.ts";

/** A response that can be asked for again, and gone on from. */
export interface KeptResponse {
  /** The response as JSON. */
  readonly body: string;
  /** What was said up to its end, as chat messages. */
  readonly messages: readonly JsonObject[];
}

export interface KeptResponses {
  add(id: string, response: KeptResponse): void;
  get(id: string): KeptResponse | null;
  remove(id: string): void;
  reset(): void;
}

/** Keeps the last `capacity` responses. */
export function createKeptResponses(capacity: number): KeptResponses {
  const kept = new Map<string, KeptResponse>();
  return {
    add(id, response) {
      const [oldest] = kept.keys();
      if (kept.size >= capacity && oldest !== undefined) kept.delete(oldest);
      if (capacity > 0) kept.set(id, response);
    },
    get: (id) => kept.get(id) ?? null,
    remove: (id) => void kept.delete(id),
    reset: () => kept.clear(),
  };
}
