import { compileTargets, createSpeaks } from "@understudy/providers";
import type { Config } from "@understudy/config";
import type { FollowedControl } from "@understudy/control";
import {
  createLedger,
  createMirroring,
  createQueueDispatcher,
  type DispatchEvents,
  type Ledger,
  type MirroringEvents,
  type MirrorQueues,
  type Spool,
} from "@understudy/mirror";
import { type Clock, createBackground, type Logger, type Service } from "@understudy/runtime";
import type { Store } from "@understudy/store";
import {
  createMetrics,
  type Metrics,
  type MetricsSnapshot,
  openSinks,
  type QueueSpans,
  type SinkState,
  sinkStatesOf,
} from "@understudy/telemetry";
import { isMainThread } from "node:worker_threads";
import type { FinishedRequest } from "./finished-request.ts";
import { createLedgerWriter } from "./ledger-writer.ts";
import { createFinishedRequestHandler } from "./handle-finished-request.ts";
import { createMirrorRules } from "./mirror-rules.ts";

/** All that follows the client's last byte: the call's record and its log line, its figures, the mirror, the sinks. */
export interface AfterAnswer {
  /** Never waits and never throws; what goes wrong is logged and counted. */
  take(finished: FinishedRequest): void;
  /** Its figures: they are apart from those of the HTTP face. Rejects while nobody is there to take an answer. */
  metrics(): Promise<MetricsSnapshot>;
  /** Null when there are none. */
  sinks(): readonly SinkState[] | null;
  /** In the order they start. Stopped in reverse, they bring out what was taken, until the deadline. */
  readonly services: readonly Service[];
}

export interface AfterAnswerDeps {
  readonly config: Config;
  readonly queues: MirrorQueues;
  readonly store: Store;
  /** What is changed while it runs. */
  readonly control: FollowedControl;
  /** Where jobs wait while their queue is away; null keeps them in memory. Closed when the services stop. */
  readonly spool: Spool | null;
  /** For their state in metrics and readiness. */
  readonly queueSpans?: Pick<QueueSpans, "state"> | null;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface AfterAnswerHere extends AfterAnswer {
  /** Counts requests that this deployment answered and that nobody could look at. */
  notTaken(deployment: string, count: number): void;
}

/** On the thread that calls it. */
export function createAfterAnswer(deps: AfterAnswerDeps): AfterAnswerHere {
  const { config, queues, store, control, spool, queueSpans = null, clock, logger } = deps;
  const metrics = createMetrics({ service: "gateway", defaultMetrics: false });
  if (!isMainThread) metrics.ownHeap();
  const background = createBackground(logger);
  metrics.backgroundFailures(() => background.failures());
  metrics.spoolBytes(() => spool?.bytes() ?? new Map());
  const sinks = openSinks(config, { service: "gateway", clock, logger });
  const sinkStates = sinkStatesOf(sinks, [queueSpans]);
  metrics.sinkStates(sinkStates ?? (() => []));
  const ledger = createLedger(() => clock.now());
  const events = countInto(ledger, metrics);
  const dispatcher = createQueueDispatcher({
    queues,
    spool,
    maxQueueLength: queueLimits(config),
    events,
    clock,
    logger,
  });
  const speaks = createSpeaks(config, compileTargets(config));
  const rules = createMirrorRules(config, control, clock);
  const mirroring = createMirroring({ config, dispatcher, speaks, clock, events, rules });
  const handle = createFinishedRequestHandler({ mirroring, metrics, logger, config, sinks });
  return {
    take: (finished) => background.run("after the answer", () => handle(finished)),
    notTaken: (deployment, count) => mirroring.notTaken(deployment, count),
    metrics: () => metrics.snapshot(),
    sinks: () => sinkStates?.() ?? null,
    services: [
      ...(sinks === null ? [] : [sinks.service]),
      createLedgerWriter({ ledger, store, experiments: () => rules.experiments(), clock, logger }),
      { name: "spool", start: nothing, stop: () => spool?.close() ?? nothing() },
      { name: "mirroring", start: nothing, stop: (deadline) => dispatcher.stop(deadline) },
    ],
  };
}

const nothing = (): Promise<void> => Promise.resolve();

/** Every decision and every loss goes into the ledger, which lasts, and the metrics, which are at hand. */
function countInto(ledger: Ledger, metrics: Metrics): MirroringEvents & DispatchEvents {
  return {
    admitted(job) {
      ledger.admitted(job);
      metrics.mirrorAdmitted(job.experiment);
    },
    skipped(skipped) {
      ledger.skipped(skipped);
      metrics.mirrorSkipped(skipped.experiment, skipped.reason, skipped.count);
    },
    dropped(job, reason) {
      ledger.dropped(job, reason);
      metrics.mirrorDropped(job.experiment, reason);
    },
  };
}

function queueLimits(config: Config): (silentModel: string) => number {
  const models = [...config.groups.map(({ model }) => model), ...config.silentModels];
  const limits = new Map(models.map((model) => [model.name, model.maxQueueLength]));
  return (silentModel) => limits.get(silentModel) ?? Number.POSITIVE_INFINITY;
}
