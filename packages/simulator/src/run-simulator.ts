import { HELP, readSettings } from "./settings.ts";
import { createSimulator } from "./simulator.ts";

/** The simulated providers as a process of their own, until a signal. */
export async function runSimulator(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  try {
    await simulate(args, env);
  } catch (error) {
    process.stderr.write(`simulator: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

async function simulate(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const settings = readSettings(args, env);
  if (settings === null) {
    process.stdout.write(`${HELP}\n`);
    return;
  }
  const { port, host, ...options } = settings;
  // Nothing in this process reads past requests, so none are kept.
  const simulator = createSimulator({ ...options, remember: 0 });
  const { url } = await simulator.start(port, host);
  log("info", "simulator listens", { url });
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    log("info", "simulator stops", { signal });
    void simulator.stop();
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}

function log(level: "info" | "error", message: string, fields: object = {}): void {
  process.stdout.write(`${JSON.stringify({ level, message, ...fields })}\n`);
}
