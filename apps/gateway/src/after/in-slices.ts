/** As long as jobs are gathered for a batch. */
const SLICE_MS = 5;

interface Batch<Item> {
  readonly items: readonly Item[];
  /** The next of its items. */
  next: number;
  readonly done: () => void;
}

/**
 * Work on many items that come faster than they are worked off. After each slice of it timers and sockets have their turn:
 * what was begun with the first items, such as a batch for the queue, is not to wait for the end of the last one.
 */
export class InSlices<Item> {
  readonly #work: (item: Item) => void;
  readonly #sliceMs: number;
  readonly #batches: Batch<Item>[] = [];
  readonly #waiters: (() => void)[] = [];
  #scheduled = false;

  constructor(work: (item: Item) => void, { sliceMs = SLICE_MS }: { readonly sliceMs?: number } = {}) {
    this.#work = work;
    this.#sliceMs = sliceMs;
  }

  /** Items are worked off in the order they come, later; `done` is called after the last of these. */
  add(items: readonly Item[], done: () => void): void {
    this.#batches.push({ items, next: 0, done });
    this.#schedule();
  }

  /** Resolves when nothing waits. */
  idle(): Promise<void> {
    if (this.#batches.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#slice());
  }

  #slice(): void {
    this.#scheduled = false;
    const until = performance.now() + this.#sliceMs;
    let batch = this.#batches[0];
    while (batch !== undefined && performance.now() < until) {
      const item = batch.items[batch.next];
      batch.next += 1;
      if (item === undefined) batch = this.#finish(batch);
      else this.#work(item);
    }
    if (batch !== undefined) this.#schedule();
    else for (const resolve of this.#waiters.splice(0)) resolve();
  }

  #finish(batch: Batch<Item>): Batch<Item> | undefined {
    this.#batches.shift();
    batch.done();
    return this.#batches[0];
  }
}
