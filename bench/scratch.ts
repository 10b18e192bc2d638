import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

let root: string | undefined;

/** A new folder for configs, scripts and temporary files; gone when this process ends. */
export function scratchFolder(): string {
  root ??= makeRoot();
  return mkdtempSync(path.join(root, "part-"));
}

function makeRoot(): string {
  const made = mkdtempSync(path.join(tmpdir(), "understudy-bench-"));
  process.once("exit", () => rmSync(made, { recursive: true, force: true }));
  return made;
}
