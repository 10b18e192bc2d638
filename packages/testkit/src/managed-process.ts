import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

import { systemClock } from "@understudy/runtime";

import { closeAtEnd } from "./closing.ts";

/** One line of stdout: the JSON object it holds, or `{ text }`. */
export type LogLine = Readonly<Record<string, unknown>>;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A real child process. */
export interface Managed {
  readonly pid: number;
  /** Resolves when the process has ended and its output is read. Rejects when it could not be started. */
  readonly exit: Promise<Exit>;
  /** All lines of stdout so far. */
  readonly lines: readonly LogLine[];
  /**
   * The first line, past or to come, for which the predicate holds. Rejects when the process ends without one, or
   * after `timeoutMs` (110,000 unless told otherwise, which is within the limit of a test), with the end of its output.
   */
  line(predicate: (line: LogLine) => boolean, timeoutMs?: number): Promise<LogLine>;
  kill(signal?: NodeJS.Signals): void;
  stderr(): string;
}

export interface SpawnOptions {
  /** All that the process gets beside PATH, HOME and the like: no key of the developer's reaches a test. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
}

const INHERITED = ["PATH", "HOME", "TMPDIR", "LANG", "TZ", "DOCKER_HOST", "NODE_COMPILE_CACHE"];
const TAIL = 4_000;

const living = new Set<ChildProcess>();
// A test run that ends early leaves no process behind.
process.once("exit", () => living.forEach((child) => child.kill("SIGKILL")));

/** Starts a process; `node` is the Node that runs the tests. `stopAll` kills it, if it still lives. */
export function spawnProcess(command: string, args: readonly string[], options: SpawnOptions = {}): Managed {
  const { env = {}, ...rest } = options;
  const child = spawn(command === "node" ? process.execPath : command, args, {
    ...rest,
    env: { ...inheritedEnvironment(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  living.add(child);
  const exit = exitOf(child).finally(() => living.delete(child));
  const forget = closeAtEnd(async () => {
    child.kill("SIGKILL");
    await exit.catch(() => undefined);
  });
  // Whoever awaits `exit` sees the rejection; nobody has to.
  exit.finally(forget).catch(() => undefined);

  const lines: LogLine[] = [];
  const watchers = new Set<(line: LogLine) => void>();
  createInterface({ input: child.stdout }).on("line", (text) => {
    const line = toLogLine(text);
    lines.push(line);
    for (const watch of watchers) watch(line);
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const tail = (): string => `stderr: ${stderr.slice(-TAIL)}\nlast lines: ${JSON.stringify(lines.slice(-5))}`;

  return {
    pid: child.pid ?? -1,
    exit,
    lines,
    line: (predicate, timeoutMs = 110_000) => {
      const wait = { lines, watchers, exit, tail };
      return lineOf(`${command} ${args.join(" ")}`, wait, { predicate, timeoutMs });
    },
    kill: (signal = "SIGTERM") => void child.kill(signal),
    stderr: () => stderr,
  };
}

interface Output {
  readonly lines: readonly LogLine[];
  readonly watchers: Set<(line: LogLine) => void>;
  readonly exit: Promise<Exit>;
  readonly tail: () => string;
}

interface Wanted {
  readonly predicate: (line: LogLine) => boolean;
  readonly timeoutMs: number;
}

function lineOf(name: string, output: Output, wanted: Wanted): Promise<LogLine> {
  const past = output.lines.find(wanted.predicate);
  if (past !== undefined) return Promise.resolve(past);
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      output.watchers.delete(watch);
      cancel();
      settle();
    };
    const fail = (why: string): void => end(() => reject(new Error(`${name}: ${why}\n${output.tail()}`)));
    const watch = (line: LogLine): void => {
      if (wanted.predicate(line)) end(() => resolve(line));
    };
    const cancel = systemClock.after(wanted.timeoutMs, () => fail(`no such line within ${wanted.timeoutMs} ms`));
    output.watchers.add(watch);
    output.exit.then(
      ({ code, signal }) => fail(`ended with ${signal ?? `code ${code}`} before the line came`),
      (error: unknown) => fail(String(error)),
    );
  });
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
}

function inheritedEnvironment(): Record<string, string> {
  const kept = INHERITED.map((name) => [name, process.env[name]] as const);
  return Object.fromEntries(kept.filter((entry): entry is readonly [string, string] => entry[1] !== undefined));
}

function toLogLine(text: string): LogLine {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as LogLine;
  } catch {
    // Not every line is JSON: banners and warnings of the runtime are kept as they are.
  }
  return { text };
}
