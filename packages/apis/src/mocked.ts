import type { WireObject } from "./wire.ts";

/** What a deployment that answers by itself is to say, and what it was asked. */
export interface Mocked {
  /** As it was written: a map is the whole answer, a list of numbers an embedding. */
  readonly response: unknown;
  /** The same as a text. */
  readonly text: string;
  /** In chat's shape; null for none. */
  readonly toolCalls: readonly unknown[] | null;
  /** Model name as a provider would have got it. */
  readonly model: string;
  readonly body: WireObject;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly newId: (prefix: string) => string;
}

/** An answer in an API's wire format, and the same as the events of a stream. */
export interface MockedAnswer {
  readonly whole: object;
  readonly events: Iterable<string>;
}
