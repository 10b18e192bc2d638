import { Queue, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { type Clock, errorFields, type LogFields, type Logger } from "@understudy/runtime";
import { createBullConsumer } from "./bull-consumer.ts";
import { type BullQueue, createBullProducer, EVENTS_KEPT } from "./bull-producer.ts";
import { type MirrorQueues, queueName } from "./queues.ts";
import { openRedis } from "./redis-connection.ts";

/** The braces keep all keys of a queue in one slot of a Redis Cluster. */
const PREFIX = "{understudy}";

/** A batch that takes longer than this is not known to have arrived, and is sent again under the same ids. */
const COMMAND_TIMEOUT_MS = 2_000;

export interface RedisQueuesOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Producers fail fast and consumers wait: the gateway must never hang on a queue, and a worker has nothing else to do. */
export function createRedisQueues({ url, clock, logger }: RedisQueuesOptions): MirrorQueues {
  const sayState = createStateLine(logger);
  const producing = openRedis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: COMMAND_TIMEOUT_MS,
    connectTimeout: 5_000,
  });
  watch(producing, sayState);
  producing.on("close", () => sayState("unreachable"));
  const queues = new QueuesInUse(producing, sayState);
  let consuming: Redis | undefined;

  function openConsuming(): Redis {
    const opened = openRedis(url, { maxRetriesPerRequest: null });
    watch(opened, sayState);
    return opened;
  }

  return {
    producer: (silentModel) => createBullProducer(() => queues.of(silentModel)),
    consumer(options) {
      const connection = (consuming ??= openConsuming());
      const name = queueName(options.silentModel);
      return createBullConsumer(options, {
        clock,
        logger,
        connected: () => connection.status === "ready",
        open: ({ process, options: settings }) =>
          Promise.resolve(new Worker(name, process, { ...settings, connection, prefix: PREFIX })),
      });
    },
    async ping() {
      if (producing.status !== "ready") throw new Error("redis is not connected");
      await producing.ping();
    },
    async close() {
      sayState("closing");
      await queues.close();
      producing.disconnect();
      consuming?.disconnect();
    },
  };
}

type SayState = (state: "ready" | "unreachable" | "closing", fields?: LogFields) => void;

/** One line when the state changes, however many connections tell of it and however often. */
function createStateLine(logger: Logger): SayState {
  let last = "";
  return (state, fields = {}) => {
    if (state === last || last === "closing") return;
    last = state;
    if (state === "unreachable") logger.warn("redis is unreachable", fields);
    else logger.info(`redis is ${state}`, fields);
  };
}

function watch(connection: Redis, sayState: SayState): void {
  connection.on("ready", () => sayState("ready"));
  connection.on("error", (error) => sayState("unreachable", errorFields(error)));
}

/** The queues that jobs are added to, each made when it is first used. */
class QueuesInUse {
  readonly #connection: Redis;
  readonly #sayState: SayState;
  readonly #queues = new Map<string, BullQueue>();

  constructor(connection: Redis, sayState: SayState) {
    this.#connection = connection;
    this.#sayState = sayState;
  }

  /** Throws while Redis is not connected: a BullMQ queue that is made before its connection is ready fails for good. */
  of(silentModel: string): BullQueue {
    const name = queueName(silentModel);
    const known = this.#queues.get(name);
    if (known !== undefined) return known;
    if (this.#connection.status !== "ready") throw new Error("redis is not connected");
    const queue = new Queue(name, { connection: this.#connection, prefix: PREFIX, streams: EVENTS_KEPT });
    queue.on("error", (error) => this.#sayState("unreachable", errorFields(error)));
    this.#queues.set(name, queue);
    // Connected, and yet Redis did not answer: this queue fails for good as well, and the next one need not.
    queue.waitUntilReady().catch(() => {
      this.#queues.delete(name);
      queue.close().catch(() => undefined);
    });
    return queue;
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#queues.values()].map((queue) => queue.close()));
  }
}
