import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { dockerAnswers, startContainer } from "./docker.ts";
import { ask, freePort } from "./local-port.ts";
import { type Managed, spawnProcess } from "./managed-process.ts";
import { Missing } from "./missing.ts";
import { pollUntil } from "./poll-until.ts";
import { findProgram } from "./program.ts";

/** A Redis server of one's own. Its port stays the same over `kill` and `restart`. */
export interface TestRedis {
  readonly url: string;
  readonly port: number;
  /** Null when it runs in a container. */
  readonly pid: number | null;
  /** Ends the server for good and removes its folder. */
  stop(): Promise<void>;
  /** Ends the server at once, as a crash does. Resolves when it is gone. */
  kill(): Promise<void>;
  /** The server keeps its connections and answers nothing. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Starts the server again, ending it in good order first if it runs. Data survives with `appendonly` only. */
  restart(): Promise<void>;
}

export interface RedisOptions {
  readonly appendonly?: boolean;
  /** When its append-only file is brought to the disk; Redis's own default is every second. */
  readonly appendfsync?: "everysec" | "always";
}

const IMAGE = "redis:8-bookworm";
const READY = "Ready to accept connections";

/** A private `redis-server`, in a container where there is no such program. Throws `Missing` when neither can be had. */
export async function startRedis(options: RedisOptions = {}): Promise<TestRedis> {
  const program = findProgram("redis-server");
  if (program !== null) return startRedisProcess(program, options);
  if (await dockerAnswers()) return startRedisContainer(options);
  throw new Missing("no redis-server and no Docker");
}

async function startRedisProcess(program: string, options: RedisOptions): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), "understudy-redis-"));
  const port = await freePort();
  const start = async (): Promise<Managed> => {
    const args = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, ...persistence(options)];
    const started = spawnProcess(program, args);
    await started.line(({ text }) => String(text).includes(READY));
    await assertAnswers(port);
    return started;
  };
  let server = await start();
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    server.kill(signal);
    await server.exit;
  };

  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    get pid() {
      return server.pid;
    },
    async stop() {
      await end("SIGKILL");
      await rm(folder, { recursive: true, force: true });
    },
    kill: () => end("SIGKILL"),
    pause: () => Promise.resolve(server.kill("SIGSTOP")),
    resume: () => Promise.resolve(server.kill("SIGCONT")),
    async restart() {
      server.kill("SIGCONT");
      await end("SIGTERM");
      server = await start();
    },
  };
}

/** As `startRedis`, in a container in any case. */
export async function startRedisContainer(options: RedisOptions = {}): Promise<TestRedis> {
  const port = await freePort();
  const container = await startContainer({
    image: IMAGE,
    // Outside the container there is only 127.0.0.1 to reach it from.
    command: ["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no", ...persistence(options)],
    port: { container: 6379, host: port },
    ready: { text: READY, times: 1 },
  });
  const answers = (): Promise<unknown> => pollUntil(() => assertAnswers(port).then(() => true), { what: "PONG" });
  await answers();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pid: null,
    stop: () => container.stop(),
    kill: () => container.kill(),
    pause: () => container.pause(),
    resume: () => container.resume(),
    async restart() {
      await container.kill().catch(() => undefined);
      await container.start();
      await answers();
    },
  };
}

function persistence(options: RedisOptions): readonly string[] {
  const { appendonly = false, appendfsync = "everysec" } = options;
  return ["--save", "", "--appendonly", appendonly ? "yes" : "no", "--appendfsync", appendfsync];
}

async function assertAnswers(port: number): Promise<void> {
  const answer = await ask(port, "PING\r\n");
  if (!answer.startsWith("+PONG")) throw new Error(`port ${port} answers ${JSON.stringify(answer)} to PING`);
}
