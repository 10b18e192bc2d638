import { systemClock } from "@understudy/runtime";
import { freePort, type Managed, pollUntil, spawnProcess } from "@understudy/testkit";
import { request } from "undici";

/** A machine that others use as well may take long to start a process. */
const START_TIMEOUT_MS = 120_000;

/** A gateway or a worker that can die and come back at the same address. */
export interface Restartable {
  readonly url: string;
  readonly pid: number;
  /** Epoch milliseconds at which `kill` was called. */
  readonly kills: readonly number[];
  /** Ends it at once, as a crash does. Resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM. Resolves when it has ended in good order, or as it could. */
  stop(): Promise<void>;
  pause(): void;
  resume(): void;
  /** Starts it, if it does not run. Resolves when it listens. */
  start(): Promise<void>;
  /** What it has said as a warning or worse, over all its lives. */
  troubles(): readonly string[];
}

export async function startGateway(env: Readonly<Record<string, string>>): Promise<Restartable> {
  const port = await freePort();
  return startRestartable(["apps/gateway/src/main.ts", "--port", String(port)], port, env);
}

export async function startWorker(env: Readonly<Record<string, string>>): Promise<Restartable> {
  const port = await freePort();
  return startRestartable(["apps/worker/src/main.ts", "--metrics-port", String(port)], port, env);
}

async function startRestartable(
  args: readonly string[],
  port: number,
  env: Readonly<Record<string, string>>,
): Promise<Restartable> {
  const lives: Managed[] = [];
  const kills: number[] = [];
  const url = `http://127.0.0.1:${port}`;
  let running: Managed | null = null;

  const start = async (): Promise<void> => {
    if (running !== null) return;
    // A line for each request would only be read to be thrown away.
    const life = spawnProcess("node", args, { env: { LOG_LEVEL: "warn", LOG_FORMAT: "json", ...env } });
    lives.push(life);
    running = life;
    const alive = async (): Promise<boolean> => {
      const { statusCode, body } = await request(`${url}/health/liveliness`);
      await body.dump();
      return statusCode === 200;
    };
    const ended = life.exit.then(() => Promise.reject(new Error(`${args[0]} ended at its start: ${life.stderr()}`)));
    await Promise.race([pollUntil(alive, { what: `${args[0]} listening`, timeoutMs: START_TIMEOUT_MS }), ended]);
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const life = running;
    running = null;
    life?.kill("SIGCONT");
    life?.kill(signal);
    await life?.exit;
  };

  await start();
  return {
    url,
    get pid() {
      return running?.pid ?? -1;
    },
    kills,
    kill() {
      kills.push(systemClock.now());
      return end("SIGKILL");
    },
    stop: () => end("SIGTERM"),
    pause: () => running?.kill("SIGSTOP"),
    resume: () => running?.kill("SIGCONT"),
    start,
    troubles: () => lives.flatMap(({ lines }) => lines.map((line) => JSON.stringify(line))),
  };
}

/** A simulated provider in a process of its own. */
export interface Provider {
  readonly port: number;
  readonly pid: number;
  /** What the model does from now on instead of answering; null is nothing. See the simulator's faults. */
  script(model: string, fault: string | null): Promise<void>;
}

export async function startProvider(): Promise<Provider> {
  const running = spawnProcess("node", ["tests/faults/provider-process.ts"]);
  const { url, control } = await running.line((line) => "control" in line);
  return {
    port: Number(new URL(String(url)).port),
    pid: running.pid,
    async script(model, fault) {
      const { body } = await request(`${String(control)}/${model}`, { method: "PUT", body: fault ?? "" });
      await body.dump();
    },
  };
}
