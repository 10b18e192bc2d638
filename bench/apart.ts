import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import { Missing } from "@understudy/testkit";

/**
 * Two places on one machine, as though they were two: the last core for all that nobody waits for, the others for what a
 * client waits for. By Linux's `taskset`.
 */
export interface Apart {
  /** Moves a process, with all its threads, to where clients wait. */
  toFront(pid: number): void;
  /** Before a command that is to run there. */
  readonly inFront: readonly string[];
}

/** This process, and all that it starts from now on, keeps to the last core. Throws `Missing` where that cannot be. */
export function setApart(): Apart {
  const last = cpus().length - 1;
  if (last < 1) throw new Missing("--apart takes two cores at least");
  const front = `0-${last - 1}`;
  pin(process.pid, String(last));
  return { toFront: (pid) => pin(pid, front), inFront: ["taskset", "-c", front] };
}

/** All on one machine, each where it is put by the system. */
export const TOGETHER: Apart = { toFront: () => undefined, inFront: [] };

function pin(pid: number, cores: string): void {
  try {
    execFileSync("taskset", ["-a", "-c", "-p", cores, String(pid)], { stdio: "ignore" });
  } catch (error) {
    throw new Missing(`--apart takes Linux's taskset: ${(error as Error).message}`);
  }
}
