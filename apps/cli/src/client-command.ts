import type { Environment } from "@understudy/runtime";
import { parseArgs, type ParseArgsConfig } from "node:util";
import { type Api, ApiFault } from "./api.ts";
import { ADDRESS_HELP, ADDRESS_OPTIONS, openApi, readAddress } from "./gateway-address.ts";

type Options = NonNullable<ParseArgsConfig["options"]>;

/** Of every command that asks a running gateway. */
export const CLIENT_HELP = `${ADDRESS_HELP}  --format FORMAT  table or json (default table)
`;

const CLIENT_OPTIONS = {
  ...ADDRESS_OPTIONS,
  format: { type: "string", default: "table" },
  help: { type: "boolean", short: "h", default: false },
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
  /** What can be printed without a gateway; null where one is to be asked. Throws `UsageError`. */
  alone?(call: Omit<ClientCall, "api">): string | null;
  /** What to print. Throws `UsageError` or `ApiFault`. */
  run(call: ClientCall): Promise<string>;
}

/** Runs a command that asks a running gateway: exit code 1 and a line that says what to mend when it cannot be done. */
export async function runClientCommand(
  command: ClientCommand,
  args: readonly string[],
  env: Environment,
): Promise<void> {
  try {
    const options = { ...CLIENT_OPTIONS, ...command.options };
    const { values, positionals } = readArgs(args, options);
    if (values["help"] === true) {
      process.stdout.write(command.help);
      return;
    }
    const { format } = values as { format: string };
    if (format !== "table" && format !== "json") throw new UsageError(`--format: ${format} is not one of table, json`);
    const call = { json: format === "json", positionals, values };
    const text = command.alone?.(call) ?? (await command.run({ ...call, api: await openApi(addressIn(values, env)) }));
    process.stdout.write(`${text}\n`);
  } catch (error) {
    if (!(error instanceof UsageError) && !(error instanceof ApiFault)) throw error;
    process.stderr.write(error instanceof UsageError ? `${error.message}\n\n${command.help}` : `${error.message}\n`);
    process.exitCode = 1;
  }
}

function addressIn(values: Readonly<Record<string, unknown>>, env: Environment) {
  try {
    return readAddress(values, env);
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function readArgs(args: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}
