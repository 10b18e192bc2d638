import { readdirSync } from "node:fs";
import { setPriority } from "node:os";

/** As `nice` counts: a tenth of a busy processor beside one that did not give way, and all of an idle one. */
const NICE = 10;

/**
 * Lets every other process of this machine have the processor first: for one that nobody waits for. Linux keeps a priority
 * for each thread, and those of the garbage collector are there before the first line of a program runs.
 */
export function giveWay(): void {
  for (const thread of threads()) {
    try {
      setPriority(thread, NICE);
    } catch {
      // A thread that has ended meanwhile; or a system that has another way, where all goes on as before.
    }
  }
}

/** 0 is whoever asks. */
function threads(): readonly number[] {
  try {
    return readdirSync("/proc/self/task").map(Number);
  } catch {
    return [0];
  }
}
