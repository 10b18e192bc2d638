import { spawnProcess } from "@understudy/testkit";
import { accessSync } from "node:fs";
import path from "node:path";

/** The oldest Node that the packages say they run on. */
export const OLDEST_NODE = "22.19.0";

/** Runs npm in a folder, to its end. Rejects with what npm said where it fails. */
export async function npm(args: readonly string[], cwd: string): Promise<void> {
  const quiet = ["--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];
  const ran = spawnProcess("npm", [...args, ...quiet], { cwd, env: registrySettings() });
  const { code } = await ran.exit;
  if (code !== 0) throw new Error(`npm ${args.join(" ")} ended with ${code}: ${ran.stderr()}`);
}

/** Installs that Node into an empty folder, and says where it is. */
export async function installOldestNode(folder: string): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`;
  await npm(["install", "--ignore-scripts", `${name}@${OLDEST_NODE}`], folder);
  return path.join(folder, "node_modules", name, "bin/node");
}

/** Where packages come from, as this process was told. */
function registrySettings(): Readonly<Record<string, string>> {
  const told =
    /^(?:npm_config_(?:registry|userconfig|globalconfig|cache|cafile)|(?:https?_|no_)proxy|.*_ca_.*|ssl_.*)$/i;
  const entries = Object.entries(process.env).filter(([name, value]) => told.test(name) && value !== undefined);
  return Object.fromEntries(entries) as Readonly<Record<string, string>>;
}

/** The machine's own Node, if it is one that the packages do not run on: not that of this repository, which comes first on PATH. */
export async function findOldNode(): Promise<string | null> {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter).filter((name) => !name.includes("node_modules"));
  for (const node of folders.map((name) => path.join(name, "node"))) {
    try {
      accessSync(node);
    } catch {
      continue;
    }
    const asked = spawnProcess(node, ["--version"]);
    await asked.exit;
    const [, major = "0"] = /^v(\d+)/.exec(String(asked.lines[0]?.["text"])) ?? [];
    return Number(major) < 22 ? node : null;
  }
  return null;
}
