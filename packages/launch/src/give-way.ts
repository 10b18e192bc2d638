import { readdirSync, readlinkSync } from "node:fs";
import { getPriority, setPriority } from "node:os";

// As `nice` counts: beside one that does not give way, a thread with 10 more has a tenth of a busy processor, one with 5
// more a quarter; and all of an idle one. Linux keeps a priority for each thread.

const PROCESS_GIVES = 10;
const THREAD_GIVES = 5;
const LEAST = 19;

/** Lets every other process of this machine have the processor first: for one that nobody waits for. */
export function giveWay(): void {
  // Those of the garbage collector are there before the first line of a program runs.
  for (const thread of threadsOfProcess()) lower(thread, PROCESS_GIVES);
}

/**
 * Lets the other threads of this process have the processor first: for the thread that calls, where somebody waits for
 * what the process does, and nobody for what the thread does.
 */
export function giveWayInThread(): void {
  const thread = thisThread();
  if (thread !== null) lower(thread, THREAD_GIVES);
}

function lower(thread: number, by: number): void {
  try {
    setPriority(thread, Math.min(LEAST, getPriority(thread) + by));
  } catch {
    // A thread that has ended meanwhile; or a system that has another way, where all goes on as before.
  }
}

/** 0 is the process that asks. */
function threadsOfProcess(): readonly number[] {
  try {
    return readdirSync("/proc/self/task").map(Number);
  } catch {
    return [0];
  }
}

/** Null where the system does not tell: 0 would be the whole process there. */
function thisThread(): number | null {
  try {
    return Number(readlinkSync("/proc/thread-self").split("/").at(-1));
  } catch {
    return null;
  }
}
