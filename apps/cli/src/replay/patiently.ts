import type { Clock } from "@understudy/runtime";
import { ReplayFault } from "./replay-fault.ts";

/** Does it again for a while when it fails. What it is used for may be done twice. Throws `ReplayFault`. */
export type Patiently = <T>(work: () => Promise<T>) => Promise<T>;

const TRY_FOR_MS = 30_000;
const TRY_AGAIN_MS = 500;

export function createPatience(clock: Clock, signal: AbortSignal): Patiently {
  return async (work) => {
    const since = clock.monotonic();
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (signal.aborted || clock.monotonic() - since > TRY_FOR_MS) throw faultOf(error);
        await clock.sleep(TRY_AGAIN_MS, signal).catch(() => undefined);
      }
    }
  };
}

function faultOf(error: unknown): ReplayFault {
  const why = error instanceof Error ? error.message : String(error);
  return new ReplayFault(`queue or database cannot be used: ${why}; the same command goes on where this one stopped`, {
    cause: error,
  });
}
