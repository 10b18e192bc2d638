import { howCalled, readSettings } from "@understudy/launch";
import { createHost, systemClock as clock } from "@understudy/runtime";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { Api, ApiFault } from "./api.ts";
import { demonstrate, type Demonstration } from "./demonstrate.ts";
import { ADDRESS_HELP, ADDRESS_OPTIONS, type GatewayAddress, openApi, readAddress } from "./gateway-address.ts";
import { openInstance } from "./instance.ts";

const HELP = `Usage: ${howCalled("demo", "[flags]")}

Sends varied prompts through a running instance (or one it starts for itself, on simulated models), waits for the
pairs, and prints each experiment as a table.

${ADDRESS_HELP}  --model NAME     model group to ask for (default: the first one that is mirrored)
  --count N        prompts to send (default 600)
  --concurrency N  requests at once (default 16)
`;

interface DemoOptions extends Demonstration {
  readonly address: GatewayAddress;
}

/** `understudy demo`: exit code 1 when it cannot be shown. */
export async function runDemo(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const options = readOptions(args, env);
  if (options === null) return;
  try {
    await showDemo(options);
  } catch (error) {
    if (!(error instanceof ApiFault)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

async function showDemo(options: DemoOptions): Promise<void> {
  const { address } = options;
  if (address.named || (await new Api(address.url, null).alive())) {
    const api = await openApi(address);
    await demonstrate(api, options);
    process.stdout.write(`The pairs, with both answers side by side: ${api.url}/ui/\n`);
    return;
  }
  process.stdout.write(`Nothing listens on ${address.url}; starting an instance on simulated models.\n`);
  await withOwnInstance((url) => demonstrate(new Api(url, null), { ...options, model: null }));
  process.stdout.write(
    `That instance is gone with its pairs. To keep them: ${howCalled("up")}, and ${howCalled("demo")} beside it.\n`,
  );
}

/** Always on simulated models, whatever keys the environment holds: a demonstration must not cost anything. */
async function withOwnInstance(use: (url: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "understudy-demo-"));
  const { settings } = readSettings(["--data-dir", folder, "--port", "0", "--log-level", "error"], {}, [
    "data-dir",
    "port",
    "log-level",
  ]);
  const instance = await openInstance(settings, {}, clock);
  const host = createHost(instance.services, { logger: instance.logger, clock, graceMs: 10_000 });
  try {
    await host.start();
    await use(instance.url());
  } finally {
    await host.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): DemoOptions | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...ADDRESS_OPTIONS,
        model: { type: "string" },
        count: { type: "string", default: "600" },
        concurrency: { type: "string", default: "16" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.help) {
      process.stdout.write(HELP);
      return null;
    }
    return {
      address: readAddress(values, env),
      model: values.model ?? null,
      count: positive("count", values.count),
      concurrency: positive("concurrency", values.concurrency),
    };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${HELP}`);
    process.exitCode = 1;
    return null;
  }
}

function positive(flag: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${flag}: ${text} is no whole number above 0`);
}
