import { systemClock as clock } from "@understudy/runtime";
import { sumOf } from "./counters.ts";
import type { Program } from "./programs.ts";

/** A process's memory at a moment, bytes. */
export interface MemorySample {
  /** Milliseconds, on any clock. */
  readonly atMs: number;
  /** Of the whole process, as the system counts it. */
  readonly resident: number;
  /** Of JavaScript objects, those that are no longer needed among them; of all threads. */
  readonly heap: number;
}

/** Looks at a process's /metrics again and again, until the end. */
export function watchMemory({ url }: Program, everyMs: number): { end(): readonly MemorySample[] } {
  const samples: MemorySample[] = [];
  const look = async (): Promise<void> => {
    const text = await (await fetch(`${url}/metrics`)).text();
    const resident = sumOf("process_resident_memory_bytes", text);
    const heap = sumOf("nodejs_heap_size_used_bytes", text) + sumOf("understudy_mirroring_heap_bytes", text);
    samples.push({ atMs: clock.monotonic(), resident, heap });
  };
  // A process that does not listen yet, or is busy for long, is looked at the next time.
  const cancel = clock.every(everyMs, () => void look().catch(() => undefined));
  return {
    end() {
      cancel();
      return samples;
    },
  };
}
