import type { Clock } from "./clock.ts";
import { errorFields, type Logger } from "./logger.ts";

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
  /** Stops every part, last started first, under one grace period. Resolves when all have, or time is up. */
  stop(): Promise<void>;
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

  async function stopAll(): Promise<void> {
    const deadline = new AbortController();
    const cancel = deps.clock.after(deps.graceMs, () => deadline.abort(new Error("the grace period is over")));
    for (const service of started.toReversed()) {
      await stopOne(service, deadline.signal, deps.logger);
    }
    cancel();
  }

  return {
    async start() {
      for (const service of services) {
        started.push(service);
        await service.start();
      }
    },
    stop: () => (stopping ??= stopAll()),
  };
}

async function stopOne(service: Service, deadline: AbortSignal, logger: Logger): Promise<void> {
  try {
    await Promise.race([service.stop(deadline), aborted(deadline)]);
  } catch (error) {
    logger.error(`stopping ${service.name} failed`, errorFields(error));
  }
}

/** Resolves soon after the signal aborts: a part gets a moment to give back what it holds before it is left behind. */
function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const leave = (): void => void setTimeout(resolve, AFTER_DEADLINE_MS);
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
  });
}
