import { Redis } from "ioredis";
import { systemClock as clock } from "@understudy/runtime";
import { describeWith, pollUntil, startRedis, stopAll } from "@understudy/testkit";
import { afterAll, expect, test } from "vitest";
import { describeBodies, FAILED_KEPT } from "./bodies.conformance.ts";
import { createRedisBodies } from "./redis-bodies.ts";

afterAll(stopAll);

async function openBodies() {
  const { url } = await startRedis();
  const redis = new Redis(url);
  return { redis, bodies: createRedisBodies({ redis, prefix: "{test}", clock, failedKept: FAILED_KEPT }) };
}

/** Redis expires by its own clock. Milliseconds. */
async function timeOf(redis: Redis): Promise<number> {
  const [seconds, microseconds] = await redis.time();
  return Number(seconds) * 1_000 + Number(microseconds) / 1_000;
}

await describeWith({ redis: true }, "with a Redis server", () => {
  describeBodies("Redis", async () => {
    const { redis, bodies } = await openBodies();
    return {
      bodies,
      async pass(ms) {
        const due = (await timeOf(redis)) + ms;
        await pollUntil(() => timeOf(redis), { what: "Redis's clock", until: (now) => now > due });
      },
      async close() {
        redis.disconnect();
      },
    };
  });

  test("every key expires, so that a process that dies half way leaves nothing for good", async () => {
    const { redis, bodies } = await openBodies();
    const hold = { key: "req_1", holder: "pair_1" };
    await bodies.put(hold, Buffer.from("body"), 60_000.5);
    await bodies.keepFailed(hold, "queue");
    const keys = await redis.keys("*");
    expect(keys.toSorted()).toEqual(["{test}:bodies-failed:queue", "{test}:body:req_1"]);
    for (const key of keys) expect(await redis.pttl(key)).toBeGreaterThan(0);
    redis.disconnect();
  });
});
