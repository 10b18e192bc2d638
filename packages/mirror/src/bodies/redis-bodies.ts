import type { Redis } from "ioredis";
import type { Clock } from "@understudy/runtime";
import { setImmediate } from "node:timers/promises";
import type { BodyHold, BodyStore } from "./body-store.ts";

export interface RedisBodiesOptions {
  /** Asked at each use, and expected to fail fast. */
  readonly redis: Redis;
  /** With the queues' own hash tag, so that in a cluster bodies lie where the jobs do. */
  readonly prefix: string;
  readonly clock: Clock;
  /** Bodies of failed jobs, on each queue. */
  readonly failedKept: number;
}

/** A body is one hash: the bytes, and a field for each holder. So nothing can come between a hold and its body. */
const PUT = `
redis.call("HSETNX", KEYS[1], "data", ARGV[1])
redis.call("HSET", KEYS[1], "held:" .. ARGV[2], 1)
if redis.call("PTTL", KEYS[1]) < tonumber(ARGV[3]) then redis.call("PEXPIRE", KEYS[1], ARGV[3]) end
`;

const RELEASE = `
redis.call("HDEL", KEYS[1], "held:" .. ARGV[1])
if redis.call("HLEN", KEYS[1]) == 1 then redis.call("DEL", KEYS[1]) end
`;

/** Gives back who is no longer one of the latest. */
const KEEP_FAILED = `
redis.call("ZADD", KEYS[1], ARGV[1], ARGV[2])
redis.call("PEXPIRE", KEYS[1], ARGV[4])
local over = redis.call("ZCARD", KEYS[1]) - tonumber(ARGV[3])
if over <= 0 then return {} end
local earliest = redis.call("ZRANGE", KEYS[1], 0, over - 1)
redis.call("ZREMRANGEBYRANK", KEYS[1], 0, over - 1)
return earliest
`;

/** After this long without a failure the list of failed holders is forgotten; their bodies expire by themselves. */
const FAILED_LIST_MS = 7 * 86_400_000;

export function createRedisBodies({ redis, prefix, clock, failedKept }: RedisBodiesOptions): BodyStore {
  const keyOf = (key: string): string => `${prefix}:body:${key}`;

  async function release({ key, holder }: BodyHold): Promise<void> {
    await redis.eval(RELEASE, 1, keyOf(key), holder);
  }

  const puts = gatherPuts(redis);

  return {
    put: ({ key, holder }, bytes, keepMs) => puts([keyOf(key), bytes, holder, Math.ceil(keepMs)]),
    get: (key) => redis.hgetBuffer(keyOf(key), "data"),
    release,
    async keepFailed(hold, queue) {
      const member = JSON.stringify([hold.key, hold.holder]);
      const list = `${prefix}:bodies-failed:${queue}`;
      const given = await redis.eval(KEEP_FAILED, 1, list, clock.now(), member, failedKept, FAILED_LIST_MS);
      for (const one of given as readonly string[]) {
        const [key, holder] = JSON.parse(one) as [string, string];
        await release({ key, holder });
      }
    },
  };
}

type PutArguments = [key: string, bytes: Buffer, holder: string, keepMs: number];

/** Puts of the same turn go out together: a write to the socket for each was a sixth of what the thread did. */
function gatherPuts(redis: Redis): (put: PutArguments) => Promise<void> {
  let gathered: PutArguments[] = [];
  let sent: Promise<readonly (Error | null)[]> | null = null;

  async function send(): Promise<readonly (Error | null)[]> {
    await setImmediate();
    const together = gathered;
    [gathered, sent] = [[], null];
    const pipeline = redis.pipeline();
    for (const put of together) pipeline.eval(PUT, 1, ...put);
    const answers = (await pipeline.exec()) ?? [];
    return answers.map(([error]) => error);
  }

  return async (put) => {
    const index = gathered.push(put) - 1;
    const errors = await (sent ??= send());
    const error = errors[index];
    if (error !== null) throw error ?? new Error("redis did not answer");
  };
}
