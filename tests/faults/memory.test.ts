import { systemClock as clock } from "@understudy/runtime";
import { describeWith, stopAll } from "@understudy/testkit";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { request } from "undici";
import { afterAll, expect, test } from "vitest";
import { EXPERIMENT, type House, startHouse } from "./house.ts";
import { type Ask, runOpenLoad } from "./open-load.ts";
import { bytesIn } from "./settled.ts";

/**
 * An hour of one request a second of 40 KB, in 180 times less: more than spool and memory may hold, so that both reach
 * their bounds, and what is beyond them is dropped.
 */
const RATE = 180;
const SECONDS = 20;
const BODY_CHARACTERS = 40_000;
const SPOOL_BYTES = 24 * 1024 * 1024;
/**
 * What a gateway with its two threads weighs by itself (300 MiB), 64 MiB of texts that may wait between them, as much that
 * may wait for the queue, and what two garbage collectors leave to be.
 */
const CEILING_BYTES = 900 * 1024 * 1024;
const LOOK_EVERY_MS = 250;

afterAll(stopAll);

await describeWith({ redis: true, postgres: true }, "a gateway whose Redis stays away", () => {
  test("stays under its ceiling, in memory and on disk, and counts what it drops", async () => {
    const house = await startHouse({ workers: 0, env: { SPOOL_MAX_BYTES: String(SPOOL_BYTES) } });
    await house.redis.kill();
    const ended = new AbortController();
    const watching = highWater(house, ended.signal);
    const asks: readonly Ask[] = [{ kind: 0, body: largeBody() }];
    const seen = await runOpenLoad({ url: house.gateway.url, rate: RATE, seconds: SECONDS, seed: 1, name: "m", asks });
    ended.abort();
    const { memoryBytes, diskBytes } = await watching;
    console.info(`gateway: at most ${mib(memoryBytes)} MiB of memory, ${mib(diskBytes)} MiB of spool`);
    expect(new Set(seen.map(({ status }) => status))).toEqual(new Set([200]));
    expect(memoryBytes).toBeLessThan(CEILING_BYTES);
    expect(diskBytes).toBeLessThanOrEqual(SPOOL_BYTES);
    // The bounds were reached, or nothing was shown.
    expect(diskBytes).toBeGreaterThan(SPOOL_BYTES / 2);
    expect(await droppedBy(house)).toBeGreaterThan(0);
  });
});

function largeBody(): string {
  const content = "What is 12 times 12? ".repeat(BODY_CHARACTERS / 21);
  return JSON.stringify({ model: "primary-model", messages: [{ role: "user", content }] });
}

/** The most that was seen at once, until the signal. */
async function highWater(house: House, signal: AbortSignal) {
  let [memoryBytes, diskBytes] = [0, 0];
  while (!signal.aborted) {
    memoryBytes = Math.max(memoryBytes, await residentBytes(house.gateway.pid));
    diskBytes = Math.max(diskBytes, await bytesIn(house.spoolFolder));
    await clock.sleep(LOOK_EVERY_MS);
  }
  return { memoryBytes, diskBytes };
}

async function residentBytes(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)("ps", ["-o", "rss=", "-p", String(pid)]);
  return Number(stdout.trim()) * 1024;
}

async function droppedBy(house: House): Promise<number> {
  const { body } = await request(`${house.gateway.url}/metrics`);
  const lines = (await body.text()).split("\n").filter((line) => line.startsWith("understudy_mirrors_dropped_total{"));
  const ours = lines.filter((line) => line.includes(EXPERIMENT));
  return ours.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}

function mib(bytes: number): number {
  return Math.round(bytes / 1024 ** 2);
}
