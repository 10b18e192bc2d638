import { helpText, readSettings, runProcess } from "@understudy/launch";
import { systemClock as clock } from "@understudy/runtime";
import { type Instance, openInstance } from "./instance.ts";

const FLAGS = [
  "config",
  "port",
  "host",
  "metrics-port",
  "redis-url",
  "database-url",
  "queue-keys",
  "data-dir",
  "spool-dir",
  "spool-max-bytes",
  "log-level",
  "log-format",
] as const;

const SUMMARY = `Runs gateway and worker in one process. Without REDIS_URL and DATABASE_URL, queue and pairs live in an embedded
database. Without a configuration and without OPENAI_API_KEY, the models are simulated: nothing leaves this machine.`;

/** `understudy up`: everything in one process, until a signal. */
export async function runUp(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  await runProcess(async () => {
    const { settings, help } = readSettings(args, env, FLAGS);
    if (help) {
      process.stdout.write(helpText("npm start -- [flags]", SUMMARY, FLAGS));
      return null;
    }
    const instance = await openInstance(settings, env, clock);
    const { services, logger } = instance;
    const started = (): void => {
      const url = instance.url();
      const worker_url = instance.workerUrl();
      logger.info("understudy listens", { url, worker_url, pid: process.pid, backends: instance.description });
      // Standard output carries log lines only, for whoever parses them.
      process.stderr.write(welcome(instance));
    };
    return { services, logger, clock, started };
  });
}

/** Of the first primary there is. */
function whatIsMirrored({ config }: Instance): string {
  const [first] = config.experiments;
  if (first === undefined) return "No deployment names a silent_model, so nothing is mirrored.";
  const silent = config.experiments.filter(({ primary }) => primary === first.primary).map((one) => one.silent);
  const names = silent.map((name) => (name === first.primary ? "itself, as the control" : name));
  return `${first.primary} answers; its requests are mirrored to ${new Intl.ListFormat("en-GB").format(names)}.`;
}

/** What to send, and where to look. */
function welcome(instance: Instance): string {
  const url = instance.url();
  const [experiment] = instance.config.experiments;
  const model = experiment?.primary ?? instance.config.deployments[0]?.modelGroup ?? "MODEL";
  const key = instance.config.gateway.masterKey === null ? "" : " -H 'authorization: Bearer YOUR_MASTER_KEY'";
  return `
  Understudy listens on ${url}
  ${instance.description}
  ${whatIsMirrored(instance)}

  Dashboard: ${url}/ui/

  Send a request:
    curl ${url}/v1/chat/completions -H 'content-type: application/json'${key} \\
      -d '{"model": "${model}", "messages": [{"role": "user", "content": "What is the capital of France?"}]}'

  See the pairs:
    curl${key} ${url}/api/experiments
    curl${key} '${url}/api/pairs?limit=5'   # figures of the newest pairs
    curl${key} ${url}/api/pairs/ID   # one of them, with both answers

  Metrics: ${url}/metrics, and the worker's: ${instance.workerUrl() ?? "-"}/metrics
  A few hundred prompts at once: npm run demo
  Stop with Ctrl+C.

`;
}
