import { type Config, modelGroupOf, type SilentModel } from "@understudy/config";
import { derivedFrom, type FollowedControl, isFed, silentModelsIn } from "@understudy/control";
import { aboutJob, createHttpServer, healthRoutes, metricsRoute } from "@understudy/launch";
import type { MirrorJob, QueueConsumer, Queues } from "@understudy/mirror";
import { createCostEstimate, type EstimateCost, silentModelsOnPrimaryAccounts } from "@understudy/providers";
import { type CallRouter, createAxiosTransport, createCallRouter } from "@understudy/router";
import { type Clock, type Logger, type Service, systemRandom } from "@understudy/runtime";
import type { ExperimentSummary, Store, UnitTask } from "@understudy/store";
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
import { type Budget, createBudget, spendAccount, utcDay } from "./spend/budget.ts";
import { type CheckPair, createCheckPair } from "./checks/check-pair.ts";
import { createOwnChecker } from "./checks/own-checker.ts";
import { type ComparePair, createPairComparer } from "./compare/pair-comparer.ts";
import { type ConsumersDeps, createConsumers } from "./consumers.ts";
import { createMirrorJobHandler } from "./handle-mirror-job.ts";
import { recordLostJob } from "./lost-job.ts";
import { createPauses, type Pauses } from "./pauses.ts";
import { createReconciler } from "./reconciler.ts";
import { createKeepHistories } from "./evidence/keep-histories.ts";
import { createFoldEvidence } from "./fold-evidence.ts";
import { unitTasksOf } from "./unit-tasks.ts";
import { createDeletionSweep } from "./deletion-sweep.ts";
import { createRetentionSweep } from "./retention-sweep.ts";
import { reviewedIn } from "./reviews/review-job-of.ts";
import { createReviews } from "./reviews/reviews.ts";
import { createSavePair } from "./save-pair.ts";
import { sparingly } from "./sparingly.ts";
import { createSilentModelWatch, type SilentModelWatch } from "./watch-silent-models.ts";

export interface WorkerDeps {
  readonly config: Config;
  readonly queues: Queues;
  readonly store: Store;
  /** What is changed while it runs. */
  readonly control: FollowedControl;
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

/** To one provider at once, however many calls that is of which silent models. */
const MANY_CONNECTIONS = 1_024;

/** Puts the worker together: one consumer for each silent model that there is now. Throws `ConfigError` as the router does. */
export function createWorker(deps: WorkerDeps): MirrorWorker {
  const { config, control, clock, logger } = deps;
  const models = derivedFrom(control, (state) => silentModelsIn(config, state));
  const silentModels = (): readonly string[] => models().map(({ name }) => name);
  const metrics = createMetrics({ service: "worker" });
  const transport = createAxiosTransport({
    connectTimeoutMs: config.router.connectTimeoutMs,
    maxConnections: Math.max(MANY_CONNECTIONS, ...config.silentModels.map((model) => model.concurrency)),
    network: config.network,
  });
  const router = createCallRouter(config, { transport, clock });
  const sinks = openSinks(config, { service: "worker", clock, logger });
  const reviewed = derivedFrom(control, (state) => reviewedIn(config, state));
  const reviews = createReviews({ ...deps, reviewed, router, metrics, sinks });
  const webhook = openWebhook(config, { clock, logger });
  const watch = webhook === null ? null : watchWith(webhook, models, deps);
  const sinkStates = sinkStatesOf(sinks, [webhook, deps.queueSpans ?? null]);
  metrics.sinkStates(sinkStates ?? (() => []));
  const savePair = createSavePair({ ...deps, reviewed, metrics, sinks, watch, admitReview: reviews.admit });
  const { compare, service: comparisons } = createPairComparer(deps);
  const checker = createOwnChecker({ ...deps, ownChecks: config.ownChecks });
  const called = { router, compare, check: createCheckPair(config.ownChecks, checker) };
  const told = { metrics, savePair, watch };
  const limits: Limits = {
    estimate: createCostEstimate(config),
    budgetOf: (name) => models().find((model) => model.name === name)?.dailyBudgetUsd ?? null,
  };
  const consumers = createConsumers({
    models,
    ...lookingAt(deps),
    control,
    open: (model) => consumerOf(model, called, { ...told, ...limits }, deps),
    others: asksForReviews(config) ? [reviews.consumer()] : [],
    clock,
    logger,
  });
  metrics.onScrape(() => measureDepth(silentModels(), metrics, deps));
  metrics.onScrape(() => measureSpend(models(), metrics, deps));
  const listExperiments = sparingly(() => deps.store.experiments.list(), clock);
  const histories = createKeepHistories(deps);
  const tasks = derivedFrom(control, (state) => unitTasksOf(config, state));
  metrics.onScrape(async () => measureLedger(await listExperiments(), tasks(), metrics));
  const health = deps.health === null ? null : healthServer(deps, { metrics, sinkStates }, deps.health);
  const services: readonly Service[] = [
    ...(sinks === null ? [] : [sinks.service]),
    ...(webhook === null ? [] : [webhook.service]),
    ...(watch === null ? [] : [watch.service]),
    { name: "router", start: () => Promise.resolve(), stop: () => router.close() },
    ...(health === null ? [] : [health]),
    comparisons,
    histories.service,
    checker.service,
    createDeletionSweep({ ...deps, silentModels }),
    createRetentionSweep({ ...deps, silentModels }),
    createFoldEvidence({ store: deps.store, tasks, entered: (ids) => histories.entered(ids), clock, logger }),
    createReconciler({ ...deps, lostAfterMs: config.lostAfterMs }),
    consumers,
  ];
  return { services, healthUrl: () => health?.url() ?? null };
}

/** Whether a queue is still needed. */
function lookingAt({ config, control, queues, clock }: WorkerDeps): Pick<ConsumersDeps, "isFed" | "depthOf"> {
  return {
    isFed: (name) => isFed(name, { config, state: control.current(), now: clock.now() }),
    depthOf: async (name) => (await queues.inspect(name).health()).depth,
  };
}

/** Else there is nothing on their queue, and nobody to take it. */
function asksForReviews({ silentModels, groups }: Config): boolean {
  return [...silentModels, ...groups.map(({ model }) => model)].some(
    ({ review }) => review.judge !== null || review.embeddingModel !== null,
  );
}

/** Who is told of what becomes of a job. */
interface Listeners {
  readonly metrics: Metrics;
  readonly savePair: ReturnType<typeof createSavePair>;
  readonly watch: SilentModelWatch | null;
}

type Models = () => readonly SilentModel[];

function watchWith({ tell }: Webhook, silentModels: Models, deps: WorkerDeps): SilentModelWatch | null {
  const { config, queues, clock, logger } = deps;
  const settings = config.logging.webhook;
  return settings === null ? null : createSilentModelWatch({ silentModels, settings, queues, tell, clock, logger });
}

/** What a job is handed to. */
interface Called {
  readonly router: CallRouter;
  readonly compare: ComparePair;
  readonly check: CheckPair;
}

/** What a silent model may cost, as it is now. */
interface Limits {
  readonly estimate: EstimateCost;
  readonly budgetOf: (silentModel: string) => number | null;
}

function consumerOf(model: SilentModel, called: Called, told: Listeners & Limits, deps: WorkerDeps): QueueConsumer {
  const { config, store, clock, logger } = deps;
  const { metrics, savePair } = told;
  const handle = createMirrorJobHandler({
    ...called,
    clock,
    random: systemRandom,
    logger,
    timeoutMs: model.timeoutMs,
    lostAfterMs: config.lostAfterMs,
    retries: model.retries,
    budget: budgetOf(model.name, told, deps),
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

function budgetOf(
  silentModel: string,
  { watch, estimate, budgetOf: capOf }: Pick<Listeners, "watch"> & Limits,
  { store, clock, logger }: WorkerDeps,
): Budget {
  const reached = (day: string, usd: number): void => watch?.budgetReached(silentModel, day, usd);
  return createBudget(() => capOf(silentModel), { silentModel, estimate, store, clock, logger, reached });
}

function pausesOf({ name }: SilentModel, metrics: Metrics, { config, clock, logger }: WorkerDeps): Pauses {
  const group = modelGroupOf(config, name) ?? name;
  const deployments = config.deployments.filter(({ modelGroup }) => modelGroup === group);
  // One that no deployment names came with an experiment that was added, or was a primary: clients may need its account.
  const isNamed = config.silentModels.some((model) => model.name === name);
  const sharesAccount = !isNamed || silentModelsOnPrimaryAccounts(config).has(name);
  return createPauses({ silentModel: name, alone: deployments.length === 1, sharesAccount, clock, logger, metrics });
}

async function measureDepth(
  silentModels: readonly string[],
  metrics: Metrics,
  { config, queues }: WorkerDeps,
): Promise<void> {
  const measure = async (name: string): Promise<void> => {
    const { depth, oldest_ms } = await queues.inspect(name).health();
    metrics.queueDepth(name, depth);
    metrics.queueOldest(name, oldest_ms);
  };
  const reviews = async (): Promise<void> => metrics.reviewQueueDepth(await queues.reviews.producer.depth());
  const measured = silentModels.map(measure);
  await Promise.all(asksForReviews(config) ? [...measured, reviews()] : measured);
}

/** Of the experiments that there are now: replays may be many. */
function measureLedger(experiments: readonly ExperimentSummary[], now: readonly UnitTask[], metrics: Metrics): void {
  const known = new Set(now.map(({ experiment }) => experiment));
  for (const { id, replay, counts } of experiments) {
    if (replay || !known.has(id)) continue;
    const { admitted, paired, failed, expired, lost, pending } = counts;
    const dropped = Object.values(counts.dropped).reduce((sum, count) => sum + count, 0);
    const states = { admitted, paired, failed, expired, dropped, lost, pending };
    for (const [state, mirrors] of Object.entries(states)) metrics.ledger(id, state, mirrors);
  }
}

async function measureSpend(
  models: readonly SilentModel[],
  metrics: Metrics,
  { store, clock }: WorkerDeps,
): Promise<void> {
  const measure = async ({ name, dailyBudgetUsd: budget }: SilentModel): Promise<void> => {
    if (budget === null) return;
    const { spentUsd, reservedUsd } = await store.spend.read(spendAccount(name), utcDay(clock.now()));
    metrics.silentSpend(name, { spent: spentUsd, reserved: reservedUsd, budget });
  };
  await Promise.all(models.map(measure));
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
