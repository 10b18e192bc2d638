import { type Config, modelGroupOf, type SilentModel } from "@understudy/config";
import { aboutJob, createHttpServer, healthRoutes, metricsRoute } from "@understudy/launch";
import type { MirrorJob, Queues } from "@understudy/mirror";
import { createCostEstimate, silentModelsOnPrimaryAccounts } from "@understudy/providers";
import { type CallRouter, createAxiosTransport, createCallRouter } from "@understudy/router";
import { type Clock, type Logger, type Service, systemRandom } from "@understudy/runtime";
import type { ExperimentSummary, Store } from "@understudy/store";
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
import { type Budget, createBudget, NO_BUDGET, spendAccount, utcDay } from "./spend/budget.ts";
import { type CheckPair, createCheckPair } from "./checks/check-pair.ts";
import { createOwnChecker } from "./checks/own-checker.ts";
import { type ComparePair, createPairComparer } from "./compare/pair-comparer.ts";
import { createMirrorJobHandler } from "./handle-mirror-job.ts";
import { recordLostJob } from "./lost-job.ts";
import { createPauses, type Pauses } from "./pauses.ts";
import { createReconciler } from "./reconciler.ts";
import { createFoldEvidence } from "./fold-evidence.ts";
import { unitTasksOf } from "./unit-tasks.ts";
import { createDeletionSweep } from "./deletion-sweep.ts";
import { createRetentionSweep } from "./retention-sweep.ts";
import { createReviews } from "./reviews/reviews.ts";
import { createSavePair } from "./save-pair.ts";
import { sparingly } from "./sparingly.ts";
import { createSilentModelWatch, type SilentModelWatch } from "./watch-silent-models.ts";

export interface WorkerDeps {
  readonly config: Config;
  readonly queues: Queues;
  readonly store: Store;
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
    network: config.network,
  });
  const router = createCallRouter(config, { transport, clock });
  const sinks = openSinks(config, { service: "worker", clock, logger: deps.logger });
  const reviews = createReviews({ ...deps, router, metrics, sinks });
  const webhook = openWebhook(config, { clock, logger: deps.logger });
  const watch = webhook === null ? null : watchWith(webhook, deps);
  const sinkStates = sinkStatesOf(sinks, [webhook, deps.queueSpans ?? null]);
  metrics.sinkStates(sinkStates ?? (() => []));
  const savePair = createSavePair({ ...deps, metrics, sinks, watch, admitReview: reviews.admit });
  const { compare, service: comparisons } = createPairComparer(deps);
  const checker = createOwnChecker({ ...deps, ownChecks: config.ownChecks });
  const called = { router, compare, check: createCheckPair(config.ownChecks, checker) };
  const consumers = config.silentModels.map((model) => consumerOf(model, called, { metrics, savePair, watch }, deps));
  metrics.onScrape(() => measureDepth(deps, metrics));
  metrics.onScrape(() => measureSpend(deps, metrics));
  const listExperiments = sparingly(() => deps.store.experiments.list(), clock);
  metrics.onScrape(async () => measureLedger(await listExperiments(), config, metrics));
  const health = deps.health === null ? null : healthServer(deps, { metrics, sinkStates }, deps.health);
  const services: readonly Service[] = [
    ...(sinks === null ? [] : [sinks.service]),
    ...(webhook === null ? [] : [webhook.service]),
    ...(watch === null ? [] : [watch.service]),
    { name: "router", start: () => Promise.resolve(), stop: () => router.close() },
    ...(health === null ? [] : [health]),
    comparisons,
    checker.service,
    createDeletionSweep({ ...deps, silentModels: config.silentModels.map(({ name }) => name) }),
    createRetentionSweep({ ...deps, silentModels: config.silentModels.map(({ name }) => name) }),
    createFoldEvidence({ store: deps.store, tasks: unitTasksOf(config), clock, logger: deps.logger }),
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
  readonly savePair: ReturnType<typeof createSavePair>;
  readonly watch: SilentModelWatch | null;
}

function watchWith({ tell }: Webhook, { config, queues, clock, logger }: WorkerDeps): SilentModelWatch | null {
  const settings = config.logging.webhook;
  const { silentModels } = config;
  return settings === null ? null : createSilentModelWatch({ silentModels, settings, queues, tell, clock, logger });
}

/** What a job is handed to. */
interface Called {
  readonly router: CallRouter;
  readonly compare: ComparePair;
  readonly check: CheckPair;
}

function consumerOf(model: SilentModel, called: Called, told: Listeners, deps: WorkerDeps): Service {
  const { config, store, clock, logger } = deps;
  const { metrics, savePair, watch } = told;
  const handle = createMirrorJobHandler({
    ...called,
    clock,
    random: systemRandom,
    logger,
    timeoutMs: model.timeoutMs,
    lostAfterMs: config.lostAfterMs,
    retries: model.retries,
    budget: budgetOf(model, watch, deps),
    pauses: pausesOf(model, metrics, deps),
    savePair,
    isDeleted: (job) => isDeleted(job, store),
    isSaved: async (pairId) => (await store.pairs.read(pairId)) !== null,
  });
  return deps.queues.consumer({
    silentModel: model.name,
    concurrency: model.concurrency,
    requestsPerMinute: model.requestsPerMinute,
    lostAfterMs: config.lostAfterMs,
    handle,
    lost: (data, reason, memory) => recordLostJob({ data, reason, memory }, { savePair, store, clock, logger }),
  });
}

/** While that cannot be asked, the call is made: what is stored of it is asked about once more. */
async function isDeleted(job: MirrorJob, store: Store): Promise<boolean> {
  return store.deletions
    .meant(() => aboutJob(job))
    .then(
      (deletion) => deletion !== null,
      () => false,
    );
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
    const { spentUsd, reservedUsd } = await store.spend.read(spendAccount(name), utcDay(clock.now()));
    metrics.silentSpend(name, { spent: spentUsd, reserved: reservedUsd, budget });
  };
  await Promise.all(config.silentModels.map(measure));
}

interface Told {
  readonly metrics: Metrics;
  readonly sinkStates: (() => readonly SinkState[]) | null;
}

function healthServer({ queues, store, clock, logger }: WorkerDeps, told: Told, at: { host: string; port: number }) {
  const app = express();
  app.disable("x-powered-by");
  const parts = [
    { name: "queue", check: () => queues.ping() },
    { name: "database", check: () => store.ping() },
  ];
  app.use(healthRoutes({ parts, statusWhenDegraded: 503, clock, logger, sinks: told.sinkStates ?? undefined }));
  app.get("/metrics", metricsRoute(told.metrics));
  return createHttpServer(app, at.host, at.port);
}
