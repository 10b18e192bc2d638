import { readSettings } from "@understudy/launch";
import { createHost, systemClock as clock } from "@understudy/runtime";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { Api, ApiFault } from "./api.ts";
import { demonstrate, type Demonstration } from "./demonstrate.ts";
import { openInstance } from "./instance.ts";

const HELP = `Usage: npm run demo -- [flags]

Sends varied prompts through a running instance (or one it starts for itself, on simulated models), waits for the
pairs, and prints each experiment as a table.

  --url URL        gateway to send to (default http://127.0.0.1:4000)
  --key KEY        its master key (default: UNDERSTUDY_KEY)
  --model NAME     model group to ask for (default: the first one that is mirrored)
  --count N        prompts to send (default 600)
  --concurrency N  requests at once (default 16)
`;

interface DemoOptions extends Demonstration {
  readonly url: string;
  readonly key: string | null;
}

const DEFAULT_URL = "http://127.0.0.1:4000";

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
  const api = new Api(options.url, options.key);
  if (await api.alive()) {
    await demonstrate(api, options);
    process.stdout.write(`The pairs, with both answers side by side: ${api.url}/ui/\n`);
    return;
  }
  if (options.url !== DEFAULT_URL)
    throw new ApiFault(`nothing answers on ${options.url}; start it, or leave --url out`);
  process.stdout.write(`Nothing listens on ${options.url}; starting an instance on simulated models.\n`);
  await withOwnInstance((url) => demonstrate(new Api(url, null), { ...options, model: null }));
  process.stdout.write("That instance is gone with its pairs. To keep them: npm start, and npm run demo beside it.\n");
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
        url: { type: "string", default: DEFAULT_URL },
        key: { type: "string" },
        model: { type: "string" },
        count: { type: "string", default: "600" },
        concurrency: { type: "string", default: "16" },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) {
      process.stdout.write(HELP);
      return null;
    }
    return {
      url: values.url.replace(/\/+$/, ""),
      key: values.key ?? env["UNDERSTUDY_KEY"] ?? null,
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
