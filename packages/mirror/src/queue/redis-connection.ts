import { backoffMs } from "@understudy/runtime";
import { Redis, type RedisOptions } from "ioredis";

export interface ConnectionOptions {
  readonly maxRetriesPerRequest: number | null;
  readonly enableOfflineQueue?: boolean;
  /** Milliseconds, like the next. */
  readonly commandTimeout?: number;
  readonly connectTimeout?: number;
}

/**
 * Opens a connection that ends when it is told to. ioredis never ends one that is told to disconnect while it waits to
 * connect again, and BullMQ closes a worker only once its connection, a duplicate of the one given, has ended.
 */
export function openRedis(url: string, options: ConnectionOptions): Redis {
  return ending(new Redis(url, { ...options, retryStrategy: reconnectAfter }));
}

const WAITS = { firstMs: 50, longestMs: 2_000 };

function reconnectAfter(times: number): number {
  return backoffMs(times, WAITS);
}

function ending(redis: Redis): Redis {
  const disconnect = redis.disconnect.bind(redis);
  redis.disconnect = (reconnect = false) => {
    // From this state ioredis ends a connection at once, and rejects what was still asked of it.
    if (!reconnect && redis.status === "reconnecting") redis.status = "wait";
    disconnect(reconnect);
  };
  const duplicate = redis.duplicate.bind(redis);
  redis.duplicate = (override?: Partial<RedisOptions>) => ending(duplicate(override));
  return redis;
}
