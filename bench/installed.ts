import { execFileSync } from "node:child_process";

/** What a program says when it is asked for its version, on whichever stream and with whatever exit code. */
export function versionSaid(command: "wrk -v" | "nginx -v"): string {
  return execFileSync("sh", ["-c", `${command} 2>&1 || true`], { stdio: "pipe" }).toString();
}
