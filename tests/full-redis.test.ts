import { describeWith, pollUntil, stopAll } from "@understudy/testkit";
import { Redis } from "ioredis";
import { randomBytes } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { chatBody, experimentWhen, send, startSystem } from "./support/system.ts";

const REQUESTS = 150;
/** What does not compress, so that a request has its size in Redis too. */
const long = (): string => randomBytes(200_000).toString("base64");

await describeWith({ redis: true, postgres: true }, "a Redis that fills", () => {
  afterAll(stopAll);

  test("leaves workers enough to go on, while what comes waits on disk", { timeout: 240_000 }, async () => {
    const system = await startSystem({ workers: 0 });
    const redis = new Redis(system.redis.url);
    await redis.config("SET", "maxmemory", "32mb");
    await redis.config("SET", "maxmemory-policy", "noeviction");
    for (let index = 0; index < REQUESTS; index += 1) {
      const response = await send(system.url, chatBody(`${index} ${long()}`));
      expect(response.status, await response.text()).toBe(200);
    }
    const metrics = async (): Promise<string> => (await fetch(`${system.url}/metrics`)).text();
    const spools = (text: string): boolean => /^understudy_spool_bytes\{[^}]*\} [1-9]/m.test(text);
    await pollUntil(metrics, { what: "jobs on disk", until: spools, every: 100 });

    await system.startWorker();
    const { counts } = await experimentWhen(system.url, (now) => now.counts.paired === REQUESTS, 60_000);
    expect(counts).toMatchObject({ admitted: REQUESTS, failed: 0, dropped: {}, lost: 0, pending: 0 });
    redis.disconnect();
  });
});
