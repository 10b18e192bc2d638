import type { Clock, Environment, Service } from "@understudy/runtime";
import { type Config, loadConfigFile } from "@understudy/config";
import { type Served, servedConfig } from "@understudy/providers";
import { createAfterAnswer, createGateway } from "@understudy/gateway";
import {
  openControl,
  openLogger,
  openOwnBackends,
  openSpoolOf,
  type ProcessSettings,
  sayWhatIsLeftOut,
} from "@understudy/launch";
import { createSimulator } from "@understudy/simulator";
import type { ClosableLogger } from "@understudy/telemetry";
import { createWorker } from "@understudy/worker";
import { fileURLToPath } from "node:url";

/** Gateway, worker, queue and database in one process; the simulator too, where no real provider was named. */
export interface Instance {
  readonly services: readonly Service[];
  readonly config: Config;
  readonly logger: ClosableLogger;
  /** For a person: which configuration, and what stands behind it. */
  readonly description: string;
  /** For a person: what does not answer now, a sentence each. */
  away(): Promise<readonly string[]>;
  url(): string;
  /** The worker's health and metrics. */
  workerUrl(): string | null;
}

const DEFAULT_PORT = 4000;

export async function openInstance(settings: ProcessSettings, env: Environment, clock: Clock): Promise<Instance> {
  const chosen = await chooseConfig(settings, env);
  const { config } = chosen.served;
  const logger = openLogger("understudy", settings, config);
  for (const warning of settings.warnings) logger.warn(warning);
  sayWhatIsLeftOut(chosen.served, logger);
  const backends = await openOwnBackends(settings, { spans: { name: "understudy", config }, clock, logger });
  const { queues, store, queueSpans } = backends;
  const gatewayLogger = openLogger("gateway", settings, config);
  const control = openControl(settings, { config, store, clock, logger: gatewayLogger });
  const shared = { config, queues, store, control, queueSpans, clock };
  // Where the queue is a folder of this process, no spool could be nearer.
  const embedded = settings.redisUrl === null && settings.databaseUrl === null;
  const spool = embedded ? null : await openSpoolOf(settings, gatewayLogger);
  const gateway = createGateway({
    ...shared,
    afterAnswer: createAfterAnswer({ ...shared, spool, logger: gatewayLogger }),
    host: settings.host ?? (config.gateway.masterKey === null ? "127.0.0.1" : "0.0.0.0"),
    port: settings.port ?? DEFAULT_PORT,
    logger: gatewayLogger,
  });
  const health = { host: "127.0.0.1", port: settings.metricsPort ?? 0 };
  const worker = createWorker({ ...shared, health, logger: openLogger("worker", settings, config) });
  return {
    services: [...chosen.services, backends.service, control.service, ...worker.services, ...gateway.services],
    config,
    logger,
    description: `${chosen.description}; ${backends.description}`,
    away: () => backends.away(),
    url: () => gateway.url(),
    workerUrl: () => worker.healthUrl(),
  };
}

interface ChosenConfig {
  readonly served: Served;
  readonly services: readonly Service[];
  readonly description: string;
}

/** The file that was named; else real models where there is an OpenAI key; else simulated ones. */
async function chooseConfig(settings: ProcessSettings, env: Environment): Promise<ChosenConfig> {
  if (settings.configFile !== null) {
    const served = servedConfig(loadConfigFile(settings.configFile, env));
    return { served, services: [], description: `configuration ${settings.configFile}` };
  }
  if (env["OPENAI_API_KEY"] !== undefined && env["OPENAI_API_KEY"] !== "") {
    const served = servedConfig(loadConfigFile(example("openai.yaml"), env));
    return { served, services: [], description: "configuration examples/openai.yaml (OPENAI_API_KEY is set)" };
  }
  const simulator = createSimulator({ speed: 1 });
  const { url } = await simulator.start(0, "127.0.0.1");
  const served = servedConfig(loadConfigFile(example("candidates.yaml"), { ...env, SIMULATOR_URL: `${url}/v1` }));
  const service: Service = { name: "simulator", start: () => Promise.resolve(), stop: () => simulator.stop() };
  return { served, services: [service], description: "configuration examples/candidates.yaml, on simulated models" };
}

function example(name: string): string {
  return fileURLToPath(new URL(`../../../examples/${name}`, import.meta.url));
}
