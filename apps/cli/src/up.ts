import { modelToTry } from "@understudy/gateway";
import { helpText, howCalled, readSettings, runProcess, withSecretFiles } from "@understudy/launch";
import { systemClock as clock, VERSION } from "@understudy/runtime";
import { type Instance, openInstance } from "./instance.ts";
import { type Welcome, welcome } from "./welcome.ts";

const FLAGS = [
  "config",
  "port",
  "host",
  "metrics-port",
  "redis-url",
  "database-url",
  "queue-keys",
  "queue-unsealed",
  "data-dir",
  "spool-dir",
  "spool-max-bytes",
  "log-level",
  "log-format",
] as const;

const SUMMARY = `Runs gateway and worker in one process. Without REDIS_URL and DATABASE_URL, queue and pairs live in an embedded
database. Without a configuration and without OPENAI_API_KEY, the models are simulated: nothing leaves this machine.`;

/** `understudy up`: everything in one process, until a signal. */
export async function runUp(args: readonly string[], given: NodeJS.ProcessEnv): Promise<void> {
  await runProcess(async () => {
    const env = withSecretFiles(given);
    const { settings, help } = readSettings(args, env, FLAGS);
    if (help) {
      process.stdout.write(helpText(howCalled("up", "[flags]"), SUMMARY, FLAGS));
      return null;
    }
    const instance = await openInstance(settings, env, clock);
    const { services, logger } = instance;
    const started = async (): Promise<void> => {
      const url = instance.url();
      const worker_url = instance.workerUrl();
      logger.info("understudy listens", {
        url,
        worker_url,
        version: VERSION,
        pid: process.pid,
        backends: instance.description,
      });
      // Standard output carries log lines only, for whoever parses them.
      process.stderr.write(welcome(await sayingsOf(instance)));
    };
    return { services, logger, clock, started };
  });
}

async function sayingsOf(instance: Instance): Promise<Welcome> {
  const { config, description } = instance;
  return {
    url: instance.url(),
    workerUrl: instance.workerUrl(),
    description: description.split("; "),
    mirroring: whatIsMirrored(instance),
    model: modelToTry(config) ?? "MODEL",
    needsKey: config.gateway.masterKey !== null,
    away: await instance.away(),
  };
}

/** Of the first primary there is. */
function whatIsMirrored({ config }: Instance): string {
  const [first] = config.experiments;
  if (first === undefined) return "No deployment names a silent_model, so nothing is mirrored.";
  const silent = config.experiments.filter(({ primary }) => primary === first.primary).map((one) => one.silent);
  const names = silent.map((name) => (name === first.primary ? "itself, as the control" : name));
  return `${first.primary} answers; its requests are mirrored to ${new Intl.ListFormat("en-GB").format(names)}.`;
}
