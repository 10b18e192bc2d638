import { parseArgs } from "node:util";
import { createSimulator } from "./simulator.ts";

const HELP = `A simulated LLM provider: OpenAI's and Azure's chat completions over HTTP.

  npm run simulator -- [options]

  --port <number>    default 4010, or PORT
  --host <address>   default 127.0.0.1, or HOST
  --speed <number>   1 is the models' own pace, 10 ten times as fast, 0 at once; default 1
  --seed <text>      another seed gives other answers
  --wobble <share>   share of answers, 0 to 1, that differ from one call to the next; default 0
  --help`;

interface Settings {
  readonly port: number;
  readonly host: string;
  readonly speed: number;
  readonly wobble: number;
  readonly seed: string;
}

/** The settings of the command line and the environment; null when help is asked for. Throws for what is wrong. */
function readSettings(): Settings | null {
  const { values } = parseArgs({
    options: {
      port: { type: "string" },
      host: { type: "string" },
      speed: { type: "string" },
      seed: { type: "string" },
      wobble: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help === true) return null;
  return {
    port: values.port === undefined ? readPort("PORT", process.env["PORT"] ?? "4010") : readPort("--port", values.port),
    host: values.host ?? process.env["HOST"] ?? "127.0.0.1",
    speed: readNumber("--speed", values.speed ?? "1", 1_000_000),
    wobble: readNumber("--wobble", values.wobble ?? "0", 1),
    seed: values.seed ?? "understudy",
  };
}

function readPort(name: string, text: string): number {
  const port = readNumber(name, text, 65_535);
  if (!Number.isInteger(port)) throw new Error(`${name} must be a whole number, not '${text}'`);
  return port;
}

function readNumber(name: string, text: string, most: number): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value <= most)) {
    throw new Error(`${name} must be a number from 0 to ${most}, not '${text}'`);
  }
  return value;
}

function log(level: "info" | "error", message: string, fields: object = {}): void {
  process.stdout.write(`${JSON.stringify({ level, message, ...fields })}\n`);
}

async function main(): Promise<void> {
  const settings = readSettings();
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

// parseArgs explains some mistakes over several lines.
function oneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s*\n\s*/g, " ");
}

try {
  await main();
} catch (error) {
  process.stderr.write(`simulator: ${oneLine(error)}\n`);
  process.exitCode = 1;
}
