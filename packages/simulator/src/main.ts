import { HELP, readSettings } from "./settings.ts";
import { createSimulator } from "./simulator.ts";

function log(level: "info" | "error", message: string, fields: object = {}): void {
  process.stdout.write(`${JSON.stringify({ level, message, ...fields })}\n`);
}

async function main(): Promise<void> {
  const settings = readSettings(process.argv.slice(2), process.env);
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

try {
  await main();
} catch (error) {
  process.stderr.write(`simulator: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
