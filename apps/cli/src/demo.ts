import { readSettings } from "@understudy/launch";
import { createHost, systemClock as clock } from "@understudy/runtime";
import { demoRequests } from "@understudy/simulator";
import { SingleBar } from "cli-progress";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { Api } from "./api.ts";
import { experimentTables } from "./experiment-table.ts";
import { openInstance } from "./instance.ts";

const HELP = `Usage: npm run demo -- [flags]

Sends varied prompts through a running instance (or one it starts for itself, on simulated models), waits for the
pairs, and prints each experiment as a table.

  --url URL        gateway to send to (default http://127.0.0.1:4000)
  --key KEY        its master key (default: UNDERSTUDY_KEY)
  --model NAME     model group to ask for (default: the first one that is mirrored)
  --count N        prompts to send (default 300)
  --concurrency N  requests at once (default 8)
`;

interface DemoOptions {
  readonly url: string;
  readonly key: string | null;
  readonly model: string | null;
  readonly count: number;
  readonly concurrency: number;
}

const DEFAULT_URL = "http://127.0.0.1:4000";

/** `understudy demo`. */
export async function runDemo(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const options = readOptions(args, env);
  if (options === null) return;
  const api = new Api(options.url, options.key);
  if (await api.alive()) {
    await demonstrate(api, options);
    process.stdout.write(`Every pair, with both answers: ${api.url}/api/pairs\n`);
  } else if (options.url === DEFAULT_URL) {
    process.stdout.write(`Nothing listens on ${options.url}; starting an instance on simulated models.\n`);
    await withOwnInstance(env, (url) => demonstrate(new Api(url, null), options));
    process.stdout.write(
      "That instance is gone with its pairs. To keep them: npm start, and npm run demo beside it.\n",
    );
  } else {
    process.stderr.write(`nothing answers on ${options.url}; start it, or leave --url out\n`);
    process.exitCode = 1;
  }
}

async function withOwnInstance(env: NodeJS.ProcessEnv, use: (url: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "understudy-demo-"));
  const { settings } = readSettings(["--data-dir", folder, "--port", "0", "--log-level", "error"], {}, [
    "data-dir",
    "port",
    "log-level",
  ]);
  const instance = await openInstance(settings, env["OPENAI_API_KEY"] === undefined ? {} : env, clock);
  const host = createHost(instance.services, { logger: instance.logger, clock, graceMs: 10_000 });
  try {
    await host.start();
    await use(instance.url());
  } finally {
    await host.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function demonstrate(api: Api, options: DemoOptions): Promise<void> {
  const model = options.model ?? (await api.firstModel());
  const requests = demoRequestsFor(model, options.count);
  const before = await api.outcomes();
  const failures = await sendAll(api, requests, options.concurrency);
  await waitForPairs(api, before);
  const experiments = await api.experiments();
  process.stdout.write(`\n${experimentTables(experiments)}\n`);
  if (failures > 0) process.stdout.write(`${failures} of ${requests.length} primary calls failed.\n`);
}

/** Streams ask for their usage, so that both sides' tokens and cost are known. */
function demoRequestsFor(model: string, count: number): readonly object[] {
  const all = demoRequests();
  return Array.from({ length: count }, (_, index) => {
    const request = all[index % all.length];
    return { ...request, model, ...(request?.stream === true ? { stream_options: { include_usage: true } } : {}) };
  });
}

/** Sends with a few requests at once; returns how many failed. */
async function sendAll(api: Api, requests: readonly object[], concurrency: number): Promise<number> {
  const bar = progressBar("requests");
  bar.start(requests.length, 0);
  const queue = requests.values();
  let failures = 0;
  const sendOn = async (): Promise<void> => {
    for (const request of queue) {
      if (!(await api.complete(request))) failures += 1;
      bar.increment();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, sendOn));
  bar.stop();
  return failures;
}

/** Waits until no mirror is pending. The worker may be elsewhere, so asking is the only way to know. */
async function waitForPairs(api: Api, before: number): Promise<void> {
  const bar = progressBar("pairs   ");
  bar.start(1, 0);
  for (;;) {
    await clock.sleep(300);
    const [pending, outcomes] = [await api.pending(), await api.outcomes()];
    bar.setTotal(Math.max(1, outcomes - before + pending));
    bar.update(outcomes - before);
    // The ledger is written every second: a pending count of 0 before that would mean nothing.
    if (pending === 0 && outcomes > before && (await settled(api, outcomes))) break;
  }
  bar.stop();
}

async function settled(api: Api, outcomes: number): Promise<boolean> {
  await clock.sleep(1_200);
  return (await api.pending()) === 0 && (await api.outcomes()) === outcomes;
}

function progressBar(name: string): SingleBar {
  return new SingleBar({
    format: `  ${name} [{bar}] {value}/{total}  {duration_formatted}`,
    noTTYOutput: true,
    notTTYSchedule: 5_000,
  });
}

function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): DemoOptions | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        url: { type: "string", default: DEFAULT_URL },
        key: { type: "string" },
        model: { type: "string" },
        count: { type: "string", default: "300" },
        concurrency: { type: "string", default: "8" },
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
