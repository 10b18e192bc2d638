import { type Clock, errorFields, type Logger, onAbort } from "@understudy/runtime";
import { createPostgresBackend, runMigrations, type Telemetry, withBackend } from "bullmq";
import { type BullWorker, type Consumer, createBullConsumer } from "./bull-consumer.ts";
import { createBullQueues } from "./bull-queues.ts";
import type { ExpiringQueue } from "./bull-expiry.ts";
import type { InspectedQueue } from "./bull-inspector.ts";
import { type BullQueue, EVENTS_KEPT, FAILED_JOBS_KEPT } from "./bull-producer.ts";
import { createPostgresBodies } from "../bodies/postgres-bodies.ts";
import type { QueueKeys } from "../job/queue-keys.ts";
import type { QueueConsumer, Queues } from "./queues.ts";
import { seldom } from "./queue-trouble.ts";

/** A pool whose sessions have `bullmq` as their search path: PostgreSQL's, or the embedded database's. */
export type QueuePool = Extract<Parameters<typeof createPostgresBackend>[1]["connection"], { connect: unknown }>;

export interface PostgresQueuesOptions {
  readonly pool: QueuePool;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Keys of queued texts; without, they are queued in plain text. */
  readonly keys?: QueueKeys | null;
  /** Collects BullMQ's spans; without, there are none. */
  readonly telemetry?: Telemetry | null;
}

const TRY_AGAIN_MS = 2_000;

const bull = withBackend(createPostgresBackend);

/**
 * Queues in the database, for where there is no Redis. Brings BullMQ's own schema up to date first, and keeps trying
 * while the database cannot be reached: until then producers fail fast and consumers wait.
 */
export function createPostgresQueues(options: PostgresQueuesOptions): Queues {
  const { pool, clock, logger, keys = null, telemetry = null } = options;
  const spans = telemetry === null ? {} : { telemetry };
  let ready = false;
  const closing = new AbortController();
  const migrated = untilMigrated(pool, { clock, logger }, closing.signal).then(() => (ready = true));
  // Who waits for it learns of the closing; nobody else has to.
  migrated.catch(() => undefined);
  const queues = new Map<string, BullQueue & InspectedQueue & ExpiringQueue>();
  const say = seldom(clock, (error) => logger.warn("the queue is in trouble", errorFields(error)));

  const bodies = createPostgresBodies({ pool, clock, failedKept: FAILED_JOBS_KEPT, trouble: say });

  const queueNamed = (name: string): BullQueue & InspectedQueue & ExpiringQueue => {
    const known = queues.get(name);
    if (known !== undefined) return known;
    if (!ready) throw new Error("the queue's database is not ready");
    const queue = new bull.Queue(name, { connection: pool, streams: EVENTS_KEPT, ...spans });
    queue.on("error", say);
    queues.set(name, queue);
    return queue;
  };

  function consumerOn<Job>(consumer: Consumer<Job>): QueueConsumer {
    return createBullConsumer(consumer, {
      clock,
      logger,
      connected: () => ready,
      // With a limiter its workers take jobs one after another: measured, that halves what they get done.
      restAll: null,
      async open(settings, stopped) {
        await orStopped(migrated, stopped);
        const worker = new bull.Worker(consumer.queue, settings.process, {
          ...settings.options,
          connection: pool,
          ...spans,
        });
        // Closed any sooner, it would still take its connection from the pool, and never give it back. It works
        // without being ready, so what keeps it from that can be left to its own errors.
        await worker.waitUntilReady().catch(() => undefined);
        return worker as unknown as BullWorker;
      },
    });
  }

  return {
    ...createBullQueues({ queueNamed, consumerOn, bodies, keys, traced: telemetry !== null, clock }),
    async ping() {
      if (!ready) throw new Error("the queue's database is not ready");
      await pool.query("select 1");
    },
    async close() {
      closing.abort(new Error("the queues are closed"));
      await Promise.allSettled([...queues.values()].map((queue) => queue.close()));
    },
  };
}

async function orStopped(work: Promise<unknown>, stopped: AbortSignal): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const takeBack = onAbort(stopped, () => reject(stopped.reason as Error));
  await Promise.race([work, promise]).finally(takeBack);
}

type Deps = Pick<PostgresQueuesOptions, "clock" | "logger">;

async function untilMigrated(pool: QueuePool, deps: Deps, closing: AbortSignal): Promise<void> {
  for (let failures = 0; ; failures += 1) {
    try {
      await migrate(pool);
      return;
    } catch (error) {
      if (failures === 0)
        deps.logger.warn("the queue's schema cannot be brought up to date; trying on", errorFields(error));
      await deps.clock.sleep(TRY_AGAIN_MS, closing);
    }
  }
}

async function migrate(pool: QueuePool): Promise<void> {
  const client = await pool.connect();
  try {
    await runMigrations(client);
  } finally {
    client.release();
  }
}
