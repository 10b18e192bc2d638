import { backoffMs, type Clock, errorFields, lastMoment, type Logger, onAbort } from "@understudy/runtime";
import {
  type Held,
  RefusedError,
  type Sink,
  type SinkDropReason,
  type SinkSpec,
  type SinkState,
  UnwrittenError,
} from "./sink.ts";

export interface SinkBufferDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Takes secrets out of what a sink's library says went wrong. */
  readonly clean: (text: string) => string;
}

/** What a sink that is told to stop has left once the deadline is over. */
const LAST_WORD_MS = 500;

interface Batch<Item> {
  readonly calls: readonly Item[];
  readonly tries: number;
}

/** The way of calls to one sink: gathers them, writes them in batches, tries again, and gives up in good order. */
export class SinkBuffer<Item> {
  readonly #spec: SinkSpec<Item>;
  readonly #deps: SinkBufferDeps;
  readonly #giveUp = new AbortController();
  readonly #dropped: Partial<Record<SinkDropReason, number>> = {};
  #waiting: Held<Item>[] = [];
  #waitingBytes = 0;
  #inHand = 0;
  #sink: Sink<Item> | null = null;
  #flushing: Promise<void> | null = null;
  #cancelTimer: (() => void) | null = null;
  #closed = false;
  #closing: Promise<void> | null = null;
  #hurry = new AbortController();
  #written = 0;
  #failures = 0;
  #failing: string | null = null;

  constructor(spec: SinkSpec<Item>, deps: SinkBufferDeps) {
    this.#spec = spec;
    this.#deps = deps;
  }

  state(): SinkState {
    return {
      name: this.#spec.name,
      state: this.#failing === null ? "ok" : "failing",
      held: this.#waiting.length + this.#inHand,
      written: this.#written,
      failures: this.#failures,
      dropped: { ...this.#dropped },
      error: this.#failing,
    };
  }

  accepts(ok: boolean): boolean {
    return ok ? this.#spec.calls.success : this.#spec.calls.failure;
  }

  /** Never waits and never throws. */
  take(call: Held<Item>): void {
    const { maxHeld, maxHeldBytes, batchCalls, gatherMs } = this.#spec.limits;
    if (this.#closed) return this.#drop(1, "shutdown");
    const full = this.#waiting.length + this.#inHand >= maxHeld || this.#waitingBytes + call.bytes > maxHeldBytes;
    if (full) return this.#drop(1, "buffer_full");
    this.#waiting.push(call);
    this.#waitingBytes += call.bytes;
    const batchIsFull = this.#waiting.length === batchCalls;
    this.#flushAfter(batchIsFull ? 0 : gatherMs, batchIsFull);
  }

  /** Writes what is held until the deadline aborts; the rest is dropped and counted. */
  close(deadline: AbortSignal): Promise<void> {
    return (this.#closing ??= this.#close(deadline));
  }

  async #close(deadline: AbortSignal): Promise<void> {
    this.#closed = true;
    this.#cancelTimer?.();
    this.#hurry.abort();
    const giveUp = (): void => this.#giveUp.abort(new Error("the deadline is over"));
    const last = lastMoment(deadline, { graceMs: LAST_WORD_MS, clock: this.#deps.clock, giveUp });
    await Promise.race([this.#flush(), last.over]);
    this.#drop(this.#waiting.length, "shutdown");
    this.#waiting = [];
    this.#sayWhatIsMissing();
    await Promise.race([this.#sink?.close().catch((error: unknown) => this.#noteFailure(error)), last.over]);
    last.done();
  }

  /** With the process its metrics are gone; the log stays. */
  #sayWhatIsMissing(): void {
    const { name: sink } = this.#spec;
    if (Object.keys(this.#dropped).length === 0) return;
    this.#deps.logger.warn("calls are missing from the sink", { sink, dropped: { ...this.#dropped } });
  }

  #drop(count: number, reason: SinkDropReason): void {
    if (count > 0) this.#dropped[reason] = (this.#dropped[reason] ?? 0) + count;
  }

  #flushAfter(ms: number, sooner = false): void {
    if (this.#flushing !== null) return;
    if (this.#cancelTimer !== null && !sooner) return;
    this.#cancelTimer?.();
    this.#cancelTimer = this.#deps.clock.after(ms, () => {
      this.#cancelTimer = null;
      void this.#flush();
    });
  }

  /** One at a time; never rejects. */
  #flush(): Promise<void> {
    this.#flushing ??= this.#writeAll().finally(() => {
      this.#flushing = null;
      if (this.#waiting.length > 0 && !this.#closed) this.#flushAfter(this.#spec.limits.gatherMs);
    });
    return this.#flushing;
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#giveUp.signal.aborted) {
      let batch: Batch<Item> | null = { calls: this.#nextBatch(), tries: 0 };
      while (batch !== null) batch = await this.#writeOnce(batch);
      this.#inHand = 0;
    }
  }

  /** The batch that is left to write; null when there is none. */
  async #writeOnce({ calls, tries }: Batch<Item>): Promise<Batch<Item> | null> {
    if (calls.length === 0) return null;
    const { limits } = this.#spec;
    try {
      await this.#tryWithin(limits.timeoutMs, calls);
      this.#noteSuccess(calls.length);
      return null;
    } catch (error) {
      this.#noteFailure(error);
      const left = error instanceof UnwrittenError ? (error.unwritten as readonly Item[]) : calls;
      this.#written += calls.length - left.length;
      this.#inHand = left.length;
      const reason = this.#reasonToDrop(error, tries + 1);
      if (reason !== null) {
        this.#drop(left.length, reason);
        return null;
      }
      // A process that stops does not wait out a long pause: it tries again soon, until its deadline.
      const wait = backoffMs(tries, { firstMs: limits.firstWaitMs, longestMs: limits.longestWaitMs });
      await this.#deps.clock.sleep(this.#closed ? limits.firstWaitMs : wait, this.#patience()).catch(() => undefined);
      return { calls: left, tries: tries + 1 };
    }
  }

  #patience(): AbortSignal {
    return this.#closed ? this.#giveUp.signal : AbortSignal.any([this.#giveUp.signal, this.#hurry.signal]);
  }

  #reasonToDrop(error: unknown, tries: number): SinkDropReason | null {
    if (error instanceof RefusedError) return "refused";
    if (this.#giveUp.signal.aborted) return "shutdown";
    return tries >= this.#spec.limits.tries ? "gave_up" : null;
  }

  /** Also of a sink that heeds no signal: what it does later counts as not done. */
  async #tryWithin(ms: number, calls: readonly Item[]): Promise<void> {
    const patience = new AbortController();
    const late = Promise.withResolvers<never>();
    const end = (error: Error): void => {
      patience.abort(error);
      late.reject(error);
    };
    const cancel = this.#deps.clock.after(ms, () => end(new Error(`no end within ${ms} ms`)));
    const takeBack = onAbort(this.#giveUp.signal, () => end(new Error("the deadline is over")));
    late.promise.catch(() => undefined);
    try {
      await Promise.race([this.#write(calls, patience.signal), late.promise]);
    } finally {
      cancel();
      takeBack();
    }
  }

  async #write(calls: readonly Item[], signal: AbortSignal): Promise<void> {
    this.#sink ??= await this.#spec.open();
    await this.#sink.write(calls, signal);
  }

  #nextBatch(): readonly Item[] {
    const { batchCalls, batchBytes } = this.#spec.limits;
    let bytes = 0;
    const end = this.#waiting.findIndex((call, index) => {
      bytes += call.bytes;
      return index === batchCalls || (index > 0 && bytes > batchBytes);
    });
    const taken = this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
    for (const call of taken) this.#waitingBytes -= call.bytes;
    this.#inHand = taken.length;
    return taken.flatMap((call) => {
      const prepared = call.prepared();
      if (prepared === null) this.#drop(1, "unpreparable");
      return prepared === null ? [] : [prepared];
    });
  }

  #noteSuccess(count: number): void {
    this.#written += count;
    if (this.#failing === null) return;
    this.#failing = null;
    this.#deps.logger.info("the sink takes calls again", { sink: this.#spec.name });
  }

  /** Said once for each time of trouble, not for each try. */
  #noteFailure(error: unknown): void {
    const before = this.#failing;
    this.#failures += 1;
    this.#failing = this.#deps.clean(error instanceof Error ? error.message : String(error)).slice(0, 500);
    if (before !== null) return;
    const fields = { sink: this.#spec.name, held: this.#waiting.length + this.#inHand, ...errorFields(error) };
    this.#deps.logger.warn("the sink takes no calls; they wait in memory", fields);
  }
}
