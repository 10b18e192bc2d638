import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { type Clock, errorFields, type Logger } from "@understudy/runtime";
import { createBullConsumer } from "./bull-consumer.ts";
import { type BullQueue, createBullProducer, EVENTS_KEPT } from "./bull-producer.ts";
import { type MirrorQueues, queueName } from "./queues.ts";

/** The braces keep all keys of a queue in one slot of a Redis Cluster. */
const PREFIX = "{understudy}";

/** A batch that takes longer than this is not known to have arrived, and is sent again under the same ids. */
const COMMAND_TIMEOUT_MS = 2_000;

export interface RedisQueuesOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Producers fail fast and consumers wait: the gateway must never hang on a queue, and a worker has nothing else to do.
 * A BullMQ queue that is made before its connection was ever ready fails for good, so each is made at its first use.
 */
export function createRedisQueues({ url, clock, logger }: RedisQueuesOptions): MirrorQueues {
  const producing = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: COMMAND_TIMEOUT_MS,
    connectTimeout: 5_000,
    retryStrategy: (times) => Math.min(2 ** Math.min(times, 6) * 50, 2_000),
  });
  let consuming: Redis | undefined;
  const queues = new Map<string, BullQueue>();
  let lastState = "";
  const sayState = (state: string, fields = {}): void => {
    if (state === lastState) return;
    lastState = state;
    logger[state === "ready" ? "info" : "warn"](`redis is ${state}`, fields);
  };
  producing.on("ready", () => sayState("ready"));
  producing.on("error", (error) => sayState("unreachable", errorFields(error)));
  producing.on("close", () => sayState("unreachable"));

  const queueOf = (silentModel: string): BullQueue => {
    const name = queueName(silentModel);
    const known = queues.get(name);
    if (known !== undefined) return known;
    if (producing.status !== "ready") throw new Error("redis is not connected");
    const queue = new Queue(name, { connection: producing, prefix: PREFIX, streams: EVENTS_KEPT });
    queue.on("error", (error) => sayState("unreachable", errorFields(error)));
    queues.set(name, queue);
    // Redis was connected and did not answer: this queue would go on failing for good, the next one need not.
    queue.waitUntilReady().catch(() => {
      queues.delete(name);
      void queue.close().catch(() => undefined);
    });
    return queue;
  };

  return {
    producer: (silentModel) => createBullProducer(() => queueOf(silentModel)),
    consumer(options) {
      const connection = (consuming ??= new Redis(url, { maxRetriesPerRequest: null }));
      if (connection.listenerCount("error") === 0) {
        connection.on("error", (error) => sayState("unreachable", errorFields(error)));
        connection.on("ready", () => sayState("ready"));
      }
      return createBullConsumer(options, {
        clock,
        logger,
        open(settings) {
          const name = queueName(options.silentModel);
          return Promise.resolve(new Worker(name, settings.process, { ...settings.options, connection, prefix: PREFIX }));
        },
      });
    },
    async ping() {
      if (producing.status !== "ready") throw new Error("redis is not connected");
      await producing.ping();
    },
    async close() {
      sayState("closing");
      await Promise.allSettled([...queues.values()].map((queue) => queue.close()));
      producing.disconnect();
      consuming?.disconnect();
    },
  };
}
