import { readFileSync } from "node:fs";

/** What Linux counts in, whatever its own clock: `USER_HZ`. */
const MS_PER_TICK = 10;
/** Of the fields behind the name's bracket, `man 5 proc`. */
const [USER, SYSTEM] = [11, 12];

/** Milliseconds of processor that all threads of a process have had since its start; null where `/proc` does not tell. */
export function cpuMsOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[USER]) + Number(fields[SYSTEM])) * MS_PER_TICK;
  } catch {
    return null;
  }
}
