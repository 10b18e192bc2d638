import type { PairOutcome } from "@understudy/contracts";
import type { MirrorQueues } from "@understudy/mirror";
import type { Clock } from "@understudy/runtime";
import type { Store } from "@understudy/store";
import type { Budget, Estimated } from "./budget.ts";
import type { Patiently } from "./patiently.ts";

export interface OutstandingDeps {
  readonly store: Store;
  readonly queues: MirrorQueues;
  readonly silentModel: string;
  /** Jobs that may wait on the queue: live mirrors must still find room there. */
  readonly maxDepth: number;
  readonly budget: Budget;
  readonly capped: boolean;
  readonly patiently: Patiently;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told after every look at the store. */
  readonly looked: () => void;
  /** Told when nothing has come for a minute. */
  readonly nothingComes: () => void;
}

/** So many may be on their way at once: memory and the look at the store stay bounded. */
const MOST = 1_000;
/** The first ones under a cap: what they cost tells what the others will. */
const FIRST = 25;
const LOOK_EVERY_MS = 250;
const PATIENCE_MS = 60_000;

/** What was sent and has no outcome yet. */
export class Outstanding {
  readonly outcomes: Record<PairOutcome, number> = { paired: 0, failed: 0, expired: 0, dropped: 0 };
  readonly #deps: OutstandingDeps;
  readonly #estimates = new Map<string, number | null>();
  #settled = 0;
  #lastCame: number;

  constructor(deps: OutstandingDeps) {
    this.#deps = deps;
    this.#lastCame = deps.clock.monotonic();
  }

  get size(): number {
    return this.#estimates.size;
  }

  get settled(): number {
    return this.#settled;
  }

  add(pairId: string, request: Estimated): void {
    this.#estimates.set(pairId, request.estimateUsd);
    this.#deps.budget.sent(request);
  }

  /** Resolves when more may be sent, or when it is to stop. */
  async room(): Promise<void> {
    const { queues, silentModel, maxDepth, patiently, signal } = this.#deps;
    while (!signal.aborted) {
      const depth = await patiently(() => queues.producer(silentModel).depth());
      if (this.size < this.#most() && depth.waiting + depth.delayed < maxDepth) return;
      await this.next();
    }
  }

  /** Resolves when every one has its outcome, or when it is to stop. */
  async ended(): Promise<void> {
    while (this.size > 0 && !this.#deps.signal.aborted) await this.next();
  }

  /** Looks at the store after a moment. */
  async next(): Promise<void> {
    const { store, patiently, budget, clock, signal, looked } = this.#deps;
    await clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
    if (signal.aborted) return;
    const states = await patiently(() => store.replays.read([...this.#estimates.keys()]));
    const before = this.size;
    for (const { id, outcome, cost_usd } of states) {
      if (outcome === null) continue;
      budget.settled(this.#estimates.get(id) ?? null, cost_usd, outcome === "paired");
      this.#estimates.delete(id);
      this.outcomes[outcome] += 1;
    }
    this.#settled += before - this.size;
    this.#noteWait(this.size < before);
    looked();
  }

  #noteWait(came: boolean): void {
    const now = this.#deps.clock.monotonic();
    const late = now - this.#lastCame > PATIENCE_MS;
    if (came || late || this.size === 0) this.#lastCame = now;
    if (late && !came && this.size > 0) this.#deps.nothingComes();
  }

  #most(): number {
    return this.#deps.capped ? Math.min(MOST, Math.max(FIRST, 2 * this.#settled)) : MOST;
  }
}
