import type { Config, SilentModel } from "@understudy/config";
import { createHttpServer, healthRoutes, metricsRoute } from "@understudy/launch";
import type { MirrorQueues } from "@understudy/mirror";
import { type CallRouter, createAxiosTransport, createCallRouter } from "@understudy/router";
import { type Clock, type Logger, type Service, systemRandom } from "@understudy/runtime";
import type { PairStore } from "@understudy/store";
import { createMetrics, type Metrics } from "@understudy/telemetry";
import express from "express";
import { createMirrorJobHandler } from "./handle-mirror-job.ts";
import { recordLostJob } from "./lost-job.ts";
import { createRetentionSweep } from "./retention-sweep.ts";
import { createSettlePair } from "./settle-pair.ts";

export interface WorkerDeps {
  readonly config: Config;
  readonly queues: MirrorQueues;
  readonly store: PairStore;
  /** Where health and metrics are served; null serves none. */
  readonly health: { readonly host: string; readonly port: number } | null;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface MirrorWorker {
  /** In the order they start; they stop the other way round. */
  readonly services: readonly Service[];
  /** Where health and metrics are, once started; null when they are not served. */
  healthUrl(): string | null;
}

/** Puts the worker together: one consumer for each silent model. Throws `ConfigError` as the router does. */
export function createWorker(deps: WorkerDeps): MirrorWorker {
  const { config, clock } = deps;
  const metrics = createMetrics({ service: "worker" });
  const transport = createAxiosTransport({
    connectTimeoutMs: config.router.connectTimeoutMs,
    maxConnections: config.silentModels.reduce((sum, model) => sum + model.concurrency, 0),
  });
  const router = createCallRouter(config, { transport, clock });
  const consumers = config.silentModels.map((model) => consumerOf(model, router, metrics, deps));
  metrics.onScrape(() => measureDepth(deps, metrics));
  const health = deps.health === null ? null : healthServer(deps, metrics, deps.health);
  const services: readonly Service[] = [
    { name: "router", start: () => Promise.resolve(), stop: () => router.close() },
    ...(health === null ? [] : [health]),
    createRetentionSweep(deps.store, clock, deps.logger),
    together("consumers", consumers),
  ];
  return { services, healthUrl: () => health?.url() ?? null };
}

function consumerOf(model: SilentModel, router: CallRouter, metrics: Metrics, deps: WorkerDeps): Service {
  const { config, store, clock, logger } = deps;
  const settle = createSettlePair({ store, metrics, logger, config });
  const { timeoutMs, retries } = model;
  const handle = createMirrorJobHandler({ router, clock, random: systemRandom, logger, timeoutMs, retries, settle });
  return deps.queues.consumer({
    silentModel: model.name,
    concurrency: model.concurrency,
    requestsPerMinute: model.requestsPerMinute,
    handle,
    lost: (data, reason) => recordLostJob(data, reason, { settle, clock, logger }),
  });
}

/** As one part: none takes another job while the others end theirs. */
function together(name: string, parts: readonly Service[]): Service {
  return {
    name,
    async start() {
      await Promise.all(parts.map((part) => part.start()));
    },
    async stop(deadline) {
      await Promise.all(parts.map((part) => part.stop(deadline)));
    },
  };
}

async function measureDepth({ config, queues }: WorkerDeps, metrics: Metrics): Promise<void> {
  const measure = async (name: string): Promise<void> => metrics.queueDepth(name, await queues.producer(name).depth());
  await Promise.all(config.silentModels.map(({ name }) => measure(name)));
}

function healthServer({ queues, store, clock }: WorkerDeps, metrics: Metrics, at: { host: string; port: number }) {
  const app = express();
  app.disable("x-powered-by");
  const parts = [
    { name: "queue", check: () => queues.ping() },
    { name: "database", check: () => store.ping() },
  ];
  app.use(healthRoutes({ parts, statusWhenDegraded: 503, clock }));
  app.get("/metrics", metricsRoute(metrics));
  return createHttpServer(app, at.host, at.port);
}
