import type { Held } from "./sink.ts";
import { type CallEntry, type LoggedCall, prepareCall, type PrepareOptions } from "./logged-call.ts";

/** A call that waits for its sinks; they share it. It is prepared when the first of them writes, once. */
export class HeldCall implements Held<LoggedCall> {
  readonly bytes: number;
  readonly #options: PrepareOptions;
  #entry: CallEntry | null;
  #prepared: LoggedCall | null = null;

  constructor(entry: CallEntry, options: PrepareOptions) {
    this.#entry = entry;
    this.#options = options;
    this.bytes = entry.bytes;
  }

  /** Null when the call cannot be prepared; it is then in no sink, rather than in one with a secret in it. */
  prepared(): LoggedCall | null {
    if (this.#entry === null) return this.#prepared;
    try {
      this.#prepared = prepareCall(this.#entry, this.#options);
    } catch {
      this.#prepared = null;
    }
    this.#entry = null;
    return this.#prepared;
  }
}
