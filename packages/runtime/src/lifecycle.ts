import type { Clock } from "./clock.ts";
import { errorFields, type Logger } from "./logger.ts";

/** What parts have after the deadline, all together, to give back what they hold. */
const AFTER_DEADLINE_MS = 2_000;

/** A part of a process with a beginning and an end. */
export interface Service {
  readonly name: string;
  /** Resolves when the part does its work. */
  start(): Promise<void>;
  /**
   * Resolves when the part has finished. Safe before `start` and when called twice. When `deadline` aborts,
   * what is still open is given up at once.
   */
  stop(deadline: AbortSignal): Promise<void>;
}

export interface Host {
  start(): Promise<void>;
  /**
   * Stops every part, last started first, under one grace period, which `hurry` ends early. Resolves when all have, or
   * time is up.
   */
  stop(hurry?: AbortSignal): Promise<void>;
}

export interface HostDeps {
  readonly logger: Logger;
  readonly clock: Clock;
  /** Milliseconds that all parts together have to finish in. */
  readonly graceMs: number;
}

export function createHost(services: readonly Service[], deps: HostDeps): Host {
  const started: Service[] = [];
  let stopping: Promise<void> | undefined;

  async function stopAll(hurry: AbortSignal | undefined): Promise<void> {
    const deadline = new AbortController();
    const patience = new AbortController();
    hurry?.addEventListener("abort", () => deadline.abort(new Error("the grace period was cut short")), { once: true });
    const cancelDeadline = deps.clock.after(deps.graceMs, () => deadline.abort(new Error("the grace period is over")));
    const cancelPatience = deps.clock.after(deps.graceMs + AFTER_DEADLINE_MS, () => patience.abort());
    for (const service of started.toReversed()) {
      await stopOne(service, { deadline: deadline.signal, patience: patience.signal }, deps.logger);
    }
    cancelDeadline();
    cancelPatience();
  }

  return {
    async start() {
      for (const service of services) {
        if (stopping !== undefined) return;
        started.push(service);
        await service.start();
      }
    },
    stop: (hurry) => (stopping ??= stopAll(hurry)),
  };
}

/** At `deadline` parts are to give back what they hold; at `patience`, a moment later, they are left behind. */
interface StopSignals {
  readonly deadline: AbortSignal;
  readonly patience: AbortSignal;
}

async function stopOne(service: Service, { deadline, patience }: StopSignals, logger: Logger): Promise<void> {
  try {
    await Promise.race([service.stop(deadline), aborted(patience)]);
  } catch (error) {
    logger.error(`stopping ${service.name} failed`, errorFields(error));
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
