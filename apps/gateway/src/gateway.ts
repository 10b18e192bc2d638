import type { Config } from "@understudy/config";
import type { Control } from "@understudy/control";
import { createHttpServer } from "@understudy/launch";
import type { MirrorQueues } from "@understudy/mirror";
import { type CallRouter, createCallRouter, createUndiciTransport } from "@understudy/router";
import { type Background, type Clock, createBackground, type Logger, type Service } from "@understudy/runtime";
import type { Store } from "@understudy/store";
import { createMetrics, type Metrics, openWebhook, tracePrimaries, type Webhook } from "@understudy/telemetry";
import type { AfterAnswer } from "./after/after-answer.ts";
import { createApp } from "./app.ts";
import { createDrain, type Drain } from "./http/drain.ts";
import { isLoopback } from "./http/known-hosts.ts";
import { modelGroups } from "./model-groups.ts";
import { modelToTry } from "./model-to-try.ts";
import { webhookTold } from "./webhook-told.ts";
import { createControls } from "./control/controls.ts";
import { createPings } from "./routes/pings.ts";
import { createServedGuards } from "./rollout/served-guards.ts";
import { standings } from "./rollout/standings.ts";
import type { Live } from "./live/live.ts";
import { createJudging } from "./judging.ts";

export interface GatewayDeps {
  readonly config: Config;
  /** What the API and the page look into. */
  readonly queues: MirrorQueues;
  readonly store: Store;
  /** What can be changed while it runs. */
  readonly control: Control;
  /** Its services are started and stopped with the gateway's. */
  readonly afterAnswer: AfterAnswer;
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Gateway {
  /** In the order they start; they stop the other way round. */
  readonly services: readonly Service[];
  /** Where it listens, once started. */
  url(): string;
}

/** Connections to one provider at once; further calls wait for a place. */
const MAX_CONNECTIONS = 4_096;
/** Open answers are cut off after this, before the whole process must end: what they leave to mirror still has to get out. */
const ANSWERS_GRACE_MS = 15_000;

/** Puts the gateway together. Throws `ConfigError` when a deployment cannot be called as configured. */
export function createGateway(deps: GatewayDeps): Gateway {
  const { config, queues, store, control, afterAnswer, clock, logger } = deps;
  const background = createBackground(logger);
  const webhook = openWebhook(config, { clock, logger });
  const metrics = openMetrics({ background, afterAnswer, webhook, control, config });
  const router = openRouter(config, clock);
  const judging = createJudging({ ...deps, webhook });
  const drain = createDrain();
  const pings = createPings(clock);
  const guards = createServedGuards({ control, takePlace: (id) => store.control.takePlace(id), clock, logger });
  const app = createApp({
    router,
    control,
    store,
    ...judging,
    ...createControls({ ...deps, ...judging }),
    metrics,
    background,
    pings,
    drain,
    afterAnswer(finished) {
      afterAnswer.take(finished);
      guards.answered(finished);
    },
    settings: config.gateway,
    host: deps.host,
    modelToTry: modelToTry(config),
    groups: modelGroups(config),
    webhookTold: webhookTold(config),
    healthParts: [
      { name: "queue", check: () => queues.ping() },
      { name: "database", check: () => store.ping() },
      { name: "mirroring", check: () => afterAnswer.metrics().then(nothing) },
    ],
    sinks: () => (webhook === null ? afterAnswer.sinks() : [...(afterAnswer.sinks() ?? []), webhook.state()]),
    tracePrimary: tracePrimaries(config),
    clock,
    logger,
  });
  const server = createHttpServer(app, deps.host, deps.port);
  const services: readonly Service[] = [
    ...(webhook === null ? [] : [webhook.service]),
    { name: "router", start: nothing, stop: () => router.close() },
    ...judging.services,
    ...afterAnswer.services,
    pings.service,
    { name: "guards", start: nothing, stop: () => Promise.resolve(guards.stop()) },
    { name: "answers", start: nothing, stop: () => background.drained() },
    { name: "warnings", start: () => warnOfOpenGateway(deps), stop: nothing },
    { ...server, stop: (deadline) => stopServer(server, drain, { deadline, clock, live: judging.live }) },
  ];
  return { services, url: () => server.url() };
}

function openRouter(config: Config, clock: Clock): CallRouter {
  const { network, router } = config;
  const { connectTimeoutMs } = router;
  const transport = createUndiciTransport({ connectTimeoutMs, maxConnections: MAX_CONNECTIONS, network });
  return createCallRouter(config, { transport, clock });
}

interface Measured {
  readonly background: Background;
  readonly afterAnswer: AfterAnswer;
  readonly webhook: Webhook | null;
  readonly control: Control;
  readonly config: Config;
}

function openMetrics({ background, afterAnswer, webhook, control, config }: Measured): Metrics {
  const metrics = createMetrics({ service: "gateway" });
  metrics.backgroundFailures(() => background.failures());
  metrics.include(() => afterAnswer.metrics());
  metrics.sinkStates(() => (webhook === null ? [] : [webhook.state()]));
  metrics.experiments(() => standings(config.experiments, control.current()));
  return metrics;
}

/** Once, at start: who can spend the operator's money without a key. */
function warnOfOpenGateway({ config, host, logger }: GatewayDeps): Promise<void> {
  const { masterKey, corsOrigins } = config.gateway;
  if (masterKey === null && !isLoopback(host)) {
    logger.warn(
      "no master key is set and others can reach this gateway: whoever does can spend your money and read every prompt; " +
        "set general_settings.master_key (LITELLM_MASTER_KEY), or HOST to 127.0.0.1",
      { host },
    );
  }
  if (masterKey === null && corsOrigins === "*") {
    logger.warn(
      "no master key is set and general_settings.cors_origins is *: any page in a browser that can reach this gateway can " +
        "spend your money; name the origins, or set general_settings.master_key",
    );
  }
  return nothing();
}

const nothing = (): Promise<void> => Promise.resolve();

interface Limits {
  readonly live: Live;
  readonly deadline: AbortSignal;
  readonly clock: Clock;
}

async function stopServer(server: Service, drain: Drain, { deadline, clock, live }: Limits): Promise<void> {
  const cut = new AbortController();
  const cancel = clock.after(ANSWERS_GRACE_MS, () => cut.abort());
  drain.begin();
  // A page that listens would hold the server up until its deadline.
  live.close();
  await server.stop(AbortSignal.any([deadline, cut.signal]));
  cancel();
}
