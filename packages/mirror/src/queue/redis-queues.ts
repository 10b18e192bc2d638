import { Queue, type QueueOptions, type Telemetry, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { type Clock, errorFields, type LogFields, type Logger } from "@understudy/runtime";
import { type Consumer, createBullConsumer } from "./bull-consumer.ts";
import { createBullQueues } from "./bull-queues.ts";
import { EVENTS_KEPT, FAILED_JOBS_KEPT } from "./bull-producer.ts";
import type { QueueKeys } from "../job/queue-keys.ts";
import type { QueueConsumer, Queues } from "./queues.ts";
import { createRedisBodies } from "../bodies/redis-bodies.ts";
import { openRedis } from "./redis-connection.ts";
import { createRoomCheck, whileThereIsRoom } from "./redis-room.ts";

/** The braces keep all keys of a queue in one slot of a Redis Cluster. */
const PREFIX = "{understudy}";

/** A batch that takes longer than this is not known to have arrived, and is sent again under the same ids. */
const COMMAND_TIMEOUT_MS = 2_000;

export interface RedisQueuesOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Keys of queued texts; without, they are queued in plain text. */
  readonly keys?: QueueKeys | null;
  /** Collects BullMQ's spans; without, there are none. */
  readonly telemetry?: Telemetry | null;
}

/** Producers fail fast and consumers wait: the gateway must never hang on a queue, and a worker has nothing else to do. */
export function createRedisQueues(options: RedisQueuesOptions): Queues {
  const { url, clock, logger, keys = null, telemetry = null } = options;
  const spans = telemetry === null ? {} : { telemetry };
  const sayState = createStateLine(logger);
  const producing = openRedis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: COMMAND_TIMEOUT_MS,
    connectTimeout: 5_000,
  });
  watch(producing, sayState);
  producing.on("close", () => sayState("unreachable"));
  const queues = new QueuesInUse({ connection: producing, prefix: PREFIX, streams: EVENTS_KEPT, ...spans }, sayState);
  // The connection that fails fast, on both sides: a body that cannot be had now makes its job wait, not its worker.
  const bodies = createRedisBodies({ redis: producing, prefix: PREFIX, clock, failedKept: FAILED_JOBS_KEPT });
  let consuming: Redis | undefined;

  function openConsuming(): Redis {
    const opened = openRedis(url, { maxRetriesPerRequest: null });
    watch(opened, sayState);
    return opened;
  }

  function consumerOn<Job>(consumer: Consumer<Job>): QueueConsumer {
    const connection = (consuming ??= openConsuming());
    return createBullConsumer(consumer, {
      clock,
      logger,
      connected: () => connection.status === "ready",
      restAll: (ms) => queues.named(consumer.queue).rateLimit(ms),
      open: ({ process, options: settings }) =>
        Promise.resolve(new Worker(consumer.queue, process, { ...settings, connection, prefix: PREFIX, ...spans })),
    });
  }

  const over = createBullQueues({
    queueNamed: (name) => queues.named(name),
    consumerOn,
    bodies,
    keys,
    traced: telemetry !== null,
    clock,
  });
  return {
    ...over,
    producer: whileThereIsRoom(over.producer, createRoomCheck(producing, clock)),
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

type UsedOptions = QueueOptions & { readonly connection: Redis };

/** The queues that jobs are added to, each made when it is first used. */
class QueuesInUse {
  readonly #options: UsedOptions;
  readonly #sayState: SayState;
  readonly #queues = new Map<string, Queue>();

  constructor(options: UsedOptions, sayState: SayState) {
    this.#options = options;
    this.#sayState = sayState;
  }

  /** Throws while Redis is not connected: a BullMQ queue that is made before its connection is ready fails for good. */
  named(name: string): Queue {
    const known = this.#queues.get(name);
    if (known !== undefined) return known;
    if (this.#options.connection.status !== "ready") throw new Error("redis is not connected");
    const queue = new Queue(name, this.#options);
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
