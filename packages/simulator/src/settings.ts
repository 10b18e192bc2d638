import { parseArgs } from "node:util";

export const HELP = `A simulated LLM provider: OpenAI's and Azure's chat completions, responses, completions and embeddings, and Anthropic's Messages, over HTTP.

  simulator [options]

  --port <number>    default 4010, or SIMULATOR_PORT
  --host <address>   default 127.0.0.1, or SIMULATOR_HOST
  --speed <number>   1 is the models' own pace, 10 ten times as fast, 0 at once; default 1
  --seed <text>      another seed gives other answers
  --wobble <share>   share of answers, 0 to 1, that differ from one call to the next; default 0
  --help`;

type Environment = Readonly<Record<string, string | undefined>>;

/** What the command line and the environment say. */
export interface Settings {
  readonly port: number;
  readonly host: string;
  readonly speed: number;
  readonly wobble: number;
  readonly seed: string;
}

/**
 * Reads flags and environment, flags first; PORT and HOST are the gateway's, which is often started from the same terminal.
 * Null when help is asked for. Throws, in one line, for what is wrong.
 */
export function readSettings(args: readonly string[], env: Environment): Settings | null {
  const { values } = parseFlags(args);
  if (values.help === true) return null;
  return {
    port:
      values.port === undefined
        ? readPort("SIMULATOR_PORT", env["SIMULATOR_PORT"] ?? "4010")
        : readPort("--port", values.port),
    host: values.host ?? env["SIMULATOR_HOST"] ?? "127.0.0.1",
    speed: readNumber("--speed", values.speed ?? "1", 1_000_000),
    wobble: readNumber("--wobble", values.wobble ?? "0", 1),
    seed: values.seed ?? "understudy",
  };
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: "string" },
        host: { type: "string" },
        speed: { type: "string" },
        seed: { type: "string" },
        wobble: { type: "string" },
        help: { type: "boolean" },
      },
    });
  } catch (error) {
    // parseArgs explains some mistakes over several lines.
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(message.replaceAll(/\s*\n\s*/g, " "), { cause: error });
  }
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
