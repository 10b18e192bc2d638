import { type Clock, onAbort } from "@understudy/runtime";

/** Something that is given for a while. */
export interface Lent<T> {
  readonly value: T;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** Gets what is lent on these credentials. Rejects with what `obtain` threw, and with the signal's reason. */
export type Renewed<C, T> = (credentials: C, signal: AbortSignal) => Promise<T>;

/** Shares of its life after which it is renewed beside the calls, and after which calls wait for the next. */
const RENEWED_AFTER = 0.8;
const USED_UNTIL = 0.95;
/** Nobody is asked again sooner after a failure. */
const REST_MS = 10_000;

/** Asks once for all deployments that name the same credentials, however many calls want them at once, and never for each call. */
export function createRenewed<C extends object, T>(
  obtain: (credentials: C) => Promise<Lent<T>>,
  clock: Clock,
): Renewed<C, T> {
  const bySameWords = new Map<string, Renewal<T>>();
  const known = new WeakMap<C, Renewal<T>>();
  function renewalOf(credentials: C): Renewal<T> {
    const words = JSON.stringify(credentials);
    const renewal = bySameWords.get(words) ?? new Renewal(() => obtain(credentials), clock);
    bySameWords.set(words, renewal);
    known.set(credentials, renewal);
    return renewal;
  }
  return (credentials, signal) => (known.get(credentials) ?? renewalOf(credentials)).get(signal);
}

interface Held<T> {
  readonly value: T;
  readonly renewAt: number;
  readonly until: number;
}

class Renewal<T> {
  readonly #obtain: () => Promise<Lent<T>>;
  readonly #clock: Clock;
  #held: Held<T> | null = null;
  #underWay: Promise<T> | null = null;
  #failed: { readonly error: unknown; readonly until: number } | null = null;

  constructor(obtain: () => Promise<Lent<T>>, clock: Clock) {
    this.#obtain = obtain;
    this.#clock = clock;
  }

  get(signal: AbortSignal): Promise<T> {
    const now = this.#clock.now();
    if (this.#held === null || now >= this.#held.until) return unlessAborted(this.#renewed(now), signal);
    if (now >= this.#held.renewAt) this.#renewed(now).catch(() => undefined);
    return Promise.resolve(this.#held.value);
  }

  #renewed(now: number): Promise<T> {
    if (this.#failed !== null && now < this.#failed.until) return Promise.reject(this.#failed.error);
    this.#underWay ??= this.#renew(now).finally(() => (this.#underWay = null));
    return this.#underWay;
  }

  async #renew(now: number): Promise<T> {
    try {
      const { value, expiresAt } = await this.#obtain();
      const life = expiresAt - now;
      this.#held = { value, renewAt: now + life * RENEWED_AFTER, until: now + life * USED_UNTIL };
      this.#failed = null;
      return value;
    } catch (error) {
      this.#failed = { error, until: this.#clock.now() + REST_MS };
      throw error;
    }
  }
}

/** Who waits may leave; what is waited for goes on for the others. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const left = Promise.withResolvers<never>();
  const takeBack = onAbort(signal, () => left.reject(signal.reason as Error));
  try {
    return await Promise.race([promise, left.promise]);
  } finally {
    takeBack();
  }
}
