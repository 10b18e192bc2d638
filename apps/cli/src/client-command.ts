import { parseArgs, type ParseArgsConfig } from "node:util";
import { Api, ApiFault } from "./api.ts";

type Env = Readonly<Record<string, string | undefined>>;
type Options = NonNullable<ParseArgsConfig["options"]>;

/** Of every command that asks a running gateway. */
export const CLIENT_HELP = `  --url URL        gateway to ask (default http://127.0.0.1:4000)
  --key KEY        its master key (default: UNDERSTUDY_KEY)
  --format FORMAT  table or json (default table)
`;

const CLIENT_OPTIONS = {
  url: { type: "string", default: "http://127.0.0.1:4000" },
  key: { type: "string" },
  format: { type: "string", default: "table" },
  help: { type: "boolean", default: false },
} as const satisfies Options;

/** The command was written wrongly; its help says how it is meant. */
export class UsageError extends Error {}

export interface ClientCall {
  readonly api: Api;
  readonly json: boolean;
  readonly positionals: readonly string[];
  /** The command's own flags. */
  readonly values: Readonly<Record<string, unknown>>;
}

export interface ClientCommand {
  readonly help: string;
  readonly options?: Options;
  /** What to print. Throws `UsageError` or `ApiFault`. */
  run(call: ClientCall): Promise<string>;
}

/** Runs a command that asks a running gateway: exit code 1 and a line that says what to mend when it cannot be done. */
export async function runClientCommand(command: ClientCommand, args: readonly string[], env: Env): Promise<void> {
  try {
    const options = { ...CLIENT_OPTIONS, ...command.options };
    const { values, positionals } = readArgs(args, options);
    if (values["help"] === true) {
      process.stdout.write(command.help);
      return;
    }
    const { url, format, key = env["UNDERSTUDY_KEY"] } = values as { url: string; format: string; key?: string };
    if (format !== "table" && format !== "json") throw new UsageError(`--format: ${format} is not one of table, json`);
    const api = new Api(url.replace(/\/+$/, ""), key ?? null);
    if (!(await api.alive())) throw new ApiFault(`nothing answers on ${api.url}; start it, or name another --url`);
    process.stdout.write(`${await command.run({ api, json: format === "json", positionals, values })}\n`);
  } catch (error) {
    if (!(error instanceof UsageError) && !(error instanceof ApiFault)) throw error;
    process.stderr.write(error instanceof UsageError ? `${error.message}\n\n${command.help}` : `${error.message}\n`);
    process.exitCode = 1;
  }
}

function readArgs(args: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}
