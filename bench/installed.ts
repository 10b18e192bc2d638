import { execFileSync } from "node:child_process";

/** What a program says when it is asked for its version, on whichever stream and with whatever exit code. */
export function versionSaid(program: string, flag: "-v" | "--version"): string {
  return execFileSync("sh", ["-c", '"$0" "$1" 2>&1 || true', program, flag], { stdio: "pipe" }).toString();
}
