import { type Config, modelGroupOf, type SilentModel } from "@understudy/config";
import { createHttpServer, healthRoutes, metricsRoute } from "@understudy/launch";
import type { Queues } from "@understudy/mirror";
import { createCostEstimate, silentModelsOnPrimaryAccounts } from "@understudy/providers";
import { type CallRouter, createAxiosTransport, createCallRouter } from "@understudy/router";
import { type Clock, type Logger, type Service, systemRandom } from "@understudy/runtime";
import type { ExperimentSummary, PairStore } from "@understudy/store";
import {
  createMetrics,
  type Metrics,
  openSinks,
  openWebhook,
  type QueueSpans,
  type SinkState,
  sinkStatesOf,
  type Webhook,
} from "@understudy/telemetry";
import express from "express";
import { type Budget, createBudget, NO_BUDGET, spendAccount, utcDay } from "./budget.ts";
import { createMirrorJobHandler } from "./handle-mirror-job.ts";
import { recordLostJob } from "./lost-job.ts";
import { createPauses, type Pauses } from "./pauses.ts";
import { createReconciler } from "./reconciler.ts";
import { createRetentionSweep } from "./retention-sweep.ts";
import { createReviews } from "./reviews/reviews.ts";
import { createSettlePair } from "./settle-pair.ts";
import { sparingly } from "./sparingly.ts";
import { createSilentModelWatch, type SilentModelWatch } from "./watch-silent-models.ts";

export interface WorkerDeps {
  readonly config: Config;
  readonly queues: Queues;
  readonly store: PairStore;
  /** Those of the process, for their state in metrics and readiness. */
  readonly queueSpans?: Pick<QueueSpans, "state"> | null;
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
  const sinks = openSinks(config, { service: "worker", clock, logger: deps.logger });
  const reviews = createReviews({ ...deps, router, metrics, sinks });
  const webhook = openWebhook(config, { clock, logger: deps.logger });
  const watch = webhook === null ? null : watchWith(webhook, deps);
  const sinkStates = sinkStatesOf(sinks, [webhook, deps.queueSpans ?? null]);
  metrics.sinkStates(sinkStates ?? (() => []));
  const settle = createSettlePair({ ...deps, metrics, sinks, watch, admitReview: reviews.admit });
  const consumers = config.silentModels.map((model) => consumerOf(model, router, { metrics, settle, watch }, deps));
  metrics.onScrape(() => measureDepth(deps, metrics));
  metrics.onScrape(() => measureSpend(deps, metrics));
  const listExperiments = sparingly(() => deps.store.listExperiments(), clock);
  metrics.onScrape(async () => measureLedger(await listExperiments(), config, metrics));
  const health = deps.health === null ? null : healthServer(deps, { metrics, sinkStates }, deps.health);
  const services: readonly Service[] = [
    ...(sinks === null ? [] : [sinks.service]),
    ...(webhook === null ? [] : [webhook.service]),
    ...(watch === null ? [] : [watch.service]),
    { name: "router", start: () => Promise.resolve(), stop: () => router.close() },
    ...(health === null ? [] : [health]),
    createRetentionSweep(deps.store, clock, deps.logger),
    createReconciler({ ...deps, lostAfterMs: config.lostAfterMs }),
    together("consumers", asksForReviews(config) ? [...consumers, reviews.consumer()] : consumers),
  ];
  return { services, healthUrl: () => health?.url() ?? null };
}

/** Else there is nothing on their queue, and nobody to take it. */
function asksForReviews({ silentModels }: Config): boolean {
  return silentModels.some(({ review }) => review.judge !== null || review.embeddingModel !== null);
}

/** Who is told of what becomes of a job. */
interface Listeners {
  readonly metrics: Metrics;
  readonly settle: ReturnType<typeof createSettlePair>;
  readonly watch: SilentModelWatch | null;
}

function watchWith({ tell }: Webhook, { config, queues, clock, logger }: WorkerDeps): SilentModelWatch | null {
  const settings = config.logging.webhook;
  const { silentModels } = config;
  return settings === null ? null : createSilentModelWatch({ silentModels, settings, queues, tell, clock, logger });
}

function consumerOf(model: SilentModel, router: CallRouter, told: Listeners, deps: WorkerDeps): Service {
  const { store, clock, logger } = deps;
  const { metrics, settle, watch } = told;
  const handle = createMirrorJobHandler({
    router,
    clock,
    random: systemRandom,
    logger,
    timeoutMs: model.timeoutMs,
    retries: model.retries,
    budget: budgetOf(model, watch, deps),
    pauses: pausesOf(model, metrics, deps),
    settle,
    isSettled: async (pairId) => (await store.pair(pairId)) !== null,
  });
  return deps.queues.consumer({
    silentModel: model.name,
    concurrency: model.concurrency,
    requestsPerMinute: model.requestsPerMinute,
    handle,
    lost: (data, reason, memory) => recordLostJob({ data, reason, memory }, { settle, clock, logger }),
  });
}

function budgetOf(model: SilentModel, watch: SilentModelWatch | null, deps: WorkerDeps): Budget {
  const { name, dailyBudgetUsd } = model;
  const { config, store, clock, logger } = deps;
  if (dailyBudgetUsd === null) return NO_BUDGET;
  const estimate = createCostEstimate(config);
  const reached = (day: string): void => watch?.budgetReached(name, day, dailyBudgetUsd);
  return createBudget(dailyBudgetUsd, { silentModel: name, estimate, store, clock, logger, reached });
}

function pausesOf({ name }: SilentModel, metrics: Metrics, { config, clock, logger }: WorkerDeps): Pauses {
  const group = modelGroupOf(config, name) ?? name;
  const deployments = config.deployments.filter(({ modelGroup }) => modelGroup === group);
  const sharesAccount = silentModelsOnPrimaryAccounts(config).has(name);
  return createPauses({ silentModel: name, alone: deployments.length === 1, sharesAccount, clock, logger, metrics });
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
  const measure = async (name: string): Promise<void> => {
    const { depth, oldest_ms } = await queues.inspect(name).health();
    metrics.queueDepth(name, depth);
    metrics.queueOldest(name, oldest_ms);
  };
  const reviews = async (): Promise<void> => metrics.reviewQueueDepth(await queues.reviews.producer.depth());
  const measured = config.silentModels.map(({ name }) => measure(name));
  await Promise.all(asksForReviews(config) ? [...measured, reviews()] : measured);
}

/** Of the experiments of the configuration: replays may be many. */
function measureLedger(experiments: readonly ExperimentSummary[], config: Config, metrics: Metrics): void {
  const known = new Set(config.experiments.map(({ id }) => id));
  for (const { id, counts } of experiments) {
    if (!known.has(id)) continue;
    const { admitted, paired, failed, expired, lost, pending } = counts;
    const dropped = Object.values(counts.dropped).reduce((sum, count) => sum + count, 0);
    const states = { admitted, paired, failed, expired, dropped, lost, pending };
    for (const [state, mirrors] of Object.entries(states)) metrics.ledger(id, state, mirrors);
  }
}

async function measureSpend({ config, store, clock }: WorkerDeps, metrics: Metrics): Promise<void> {
  const measure = async ({ name, dailyBudgetUsd: budget }: SilentModel): Promise<void> => {
    if (budget === null) return;
    const { spentUsd, reservedUsd } = await store.readSpend(spendAccount(name), utcDay(clock.now()));
    metrics.silentSpend(name, { spent: spentUsd, reserved: reservedUsd, budget });
  };
  await Promise.all(config.silentModels.map(measure));
}

interface Told {
  readonly metrics: Metrics;
  readonly sinkStates: (() => readonly SinkState[]) | null;
}

function healthServer({ queues, store, clock }: WorkerDeps, told: Told, at: { host: string; port: number }) {
  const app = express();
  app.disable("x-powered-by");
  const parts = [
    { name: "queue", check: () => queues.ping() },
    { name: "database", check: () => store.ping() },
  ];
  app.use(healthRoutes({ parts, statusWhenDegraded: 503, clock, sinks: told.sinkStates ?? undefined }));
  app.get("/metrics", metricsRoute(told.metrics));
  return createHttpServer(app, at.host, at.port);
}
